import type { Counter } from './dialects/contract.ts';
import type { Row } from './statement.ts';

/** Reads a row of `rate_limits` as any driver returns it. */
export function toCounter(row: Row): Counter {
  return {
    key: String(row['limitKey']),
    points: Number(row['points']),
    resetsAt: Number(row['resetsAt']),
  };
}
