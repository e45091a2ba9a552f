import { lastWithRoom } from '../../domain/rate-limit.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import { placeholders, type Row, type Statements } from '../statement.ts';
import type { Counter, CounterHit } from './counter.ts';

export function toCounter(row: Row): Counter {
  const { limitKey, resetsAt } = RateLimit.decode(row);
  return { key: limitKey, resetsAt };
}

/** Returns the counter after one more event. */
export function countOne({ key, intervalMs }: CounterHit, resetsAt: number, now: number): Counter {
  return { key, resetsAt: Math.max(resetsAt, now) + intervalMs };
}

/** Whether a counter has no room for one more event. */
export function isFull(hit: CounterHit, counter: Counter | undefined, now: Date): boolean {
  return counter !== undefined && counter.resetsAt > lastWithRoom(hit, now.getTime());
}

/** Finds the counters that exist. */
export async function findCounters(
  { select }: Pick<Statements, 'select'>,
  keys: readonly string[],
): Promise<Counter[]> {
  if (keys.length === 0) return [];
  const rows = await select(
    `SELECT ${RateLimit.columns} FROM "rate_limits" WHERE "limitKey" IN (${placeholders(keys.length)})`,
    keys,
  );
  return rows.map(toCounter);
}
