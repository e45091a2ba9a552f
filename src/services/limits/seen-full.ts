import { createRecentEntries } from '../../lib/recent-entries.ts';
import type { Counter } from '../../storage/limits/counter-store.ts';

/** How long a full counter is cached, so that a flood of refusals does not reach the database. */
const FULL_FOR_MS = 250;
const MOST_FULL = 10_000;

export type SeenFull = ReturnType<typeof createSeenFull>;

/**
 * Counters that were full a moment ago. What a read found is only cached if its counter has not got room
 * since the read began.
 */
export function createSeenFull() {
  const counters = createRecentEntries<Counter>({ most: MOST_FULL, ttlMs: FULL_FOR_MS });
  const roomSince = createRecentEntries<number>({ most: MOST_FULL });
  let moment = 0;

  /** Call this when a read begins, and the returned function with the full counters that it found. */
  function watch() {
    const begunAt = moment;
    return (found: readonly Counter[]) => {
      for (const counter of found) {
        if ((roomSince.get(counter.key) ?? 0) <= begunAt) counters.set(counter.key, counter);
      }
    };
  }

  /** Call this when counters have got room. */
  function forget(keys: readonly string[]): void {
    moment += 1;
    for (const key of keys) {
      counters.delete(key);
      roomSince.set(key, moment);
    }
  }

  return { watch, forget, get: (key: string) => counters.get(key) };
}
