import type { Counter, CounterHit } from '../dialects/contract.ts';
import type { Row } from '../statement.ts';

/** Reads a row of `rate_limits` as any driver returns it. */
export function toCounter(row: Row): Counter {
  return { key: String(row['limitKey']), resetsAt: Number(row['resetsAt']) };
}

/** The counter after one more event. */
export function countOne({ key, intervalMs }: CounterHit, resetsAt: number, now: number): Counter {
  return { key, resetsAt: Math.max(resetsAt, now) + intervalMs };
}
