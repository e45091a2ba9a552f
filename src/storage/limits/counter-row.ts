import { lastWithRoom } from '../../domain/rate-limit.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import { placeholders, type Row, type Statements } from '../statement.ts';
import type { Counter, CounterHit } from './counter.ts';

export function toCounter(row: Row): Counter {
  const { limitKey, resetsAt } = RateLimit.decode(row);
  return { key: limitKey, resetsAt };
}

/** Whether a counter has no room for one more event. */
export function isFull(hit: CounterHit, counter: Counter | undefined, now: Date): boolean {
  return counter !== undefined && counter.resetsAt > lastWithRoom(hit, now.getTime());
}

/** Whether one of the counters has no room for one more event. */
export function isAnyFull(
  hits: readonly CounterHit[],
  counters: readonly Counter[],
  now: Date,
): boolean {
  const found = new Map(counters.map((counter) => [counter.key, counter]));
  return hits.some((hit) => isFull(hit, found.get(hit.key), now));
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
