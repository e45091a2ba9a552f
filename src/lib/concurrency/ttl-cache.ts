import { LRUCache } from 'lru-cache';

/** How many results are remembered at once; the one that was asked for longest ago goes first. */
const MOST = 10_000;

type Options = {
  /** How long a result is remembered, from the moment that its load begins. */
  readonly keepMs: number;
};

/**
 * Remembers for a while what was loaded for a key. Calls that come while a load is on its way share
 * it. What was not found (`undefined`) and what failed is loaded anew by the next call.
 *
 * Time is the machine's running time: a clock that is set back must not make old results last.
 */
export function createTtlCache<T extends NonNullable<unknown>>(
  load: (key: string) => Promise<T | undefined>,
  { keepMs }: Options,
) {
  // Loads, not results: what is forgotten while it loads is not here any more when it arrives.
  const loads = new LRUCache<string, Promise<T | undefined>>({ max: MOST, ttl: keepMs });

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

    /** The next call loads anew, also when a load is on its way that began before. */
    forget(key: string): void {
      loads.delete(key);
    },

    forgetAll(): void {
      loads.clear();
    },
  };
}
