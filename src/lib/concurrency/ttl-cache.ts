import { createRecentEntries } from '../recent-entries.ts';

/** The most results that are kept; the least recently used is evicted first. */
const MOST = 10_000;

type Options = {
  /** How long a result is kept, from the start of its load. */
  readonly keepMs: number;
};

/**
 * Caches what was loaded for a key. Calls during a load share it. Missing values (`undefined`) and failures
 * are not cached: the next call loads again.
 *
 * Time is monotonic: setting the clock back must not prolong old results.
 */
export function createTtlCache<T extends NonNullable<unknown>>(
  load: (key: string) => Promise<T | undefined>,
  { keepMs }: Options,
) {
  // Caches promises, not results, so that `forget` also applies to a load in progress.
  const loads = createRecentEntries<Promise<T | undefined>>({ most: MOST, ttlMs: keepMs });

  function recall(key: string): Promise<T | undefined> {
    const known = loads.get(key);
    if (known) return known;
    const loading = load(key);
    const drop = () => {
      if (loads.peek(key) === loading) loads.delete(key);
    };
    loads.set(key, loading);
    loading.then((result) => result === undefined && drop(), drop);
    return loading;
  }

  return {
    recall,

    /** Makes the next call load again, even if a load is in progress. */
    forget(key: string): void {
      loads.delete(key);
    },

    forgetAll(): void {
      loads.clear();
    },
  };
}
