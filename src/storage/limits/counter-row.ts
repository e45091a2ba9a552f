import type { Counter, CounterHit } from '../dialects/contract.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import type { Row } from '../statement.ts';

export function toCounter(row: Row): Counter {
  const { limitKey, resetsAt } = RateLimit.decode(row);
  return { key: limitKey, resetsAt };
}

/** Returns the counter after one more event. */
export function countOne({ key, intervalMs }: CounterHit, resetsAt: number, now: number): Counter {
  return { key, resetsAt: Math.max(resetsAt, now) + intervalMs };
}
