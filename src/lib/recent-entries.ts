import { LRUCache } from 'lru-cache';

type Options = {
  /** The most entries; then the least recently used one is dropped. */
  readonly most: number;
  /** How long an entry stays after it was set; then its memory is free again. Without a value, there is no such limit. */
  readonly ttlMs?: number;
};

/**
 * Creates a cache whose memory grows with its entries. With `max`, lru-cache reserves the memory of all
 * entries at once: for our caches, 5 MB and a twentieth of the time of a start.
 */
export function createRecentEntries<V extends NonNullable<unknown>>({
  most,
  ttlMs = 0,
}: Options): LRUCache<string, V> {
  return new LRUCache<string, V>({
    maxSize: most,
    sizeCalculation: () => 1,
    ttl: ttlMs,
    ttlAutopurge: ttlMs > 0,
  });
}

/** Remembers the results of `read` by their text, the most recent `most` of them. Errors are not remembered. */
export function rememberResults<V extends NonNullable<unknown>>(
  read: (text: string) => V,
  most: number,
): (text: string) => V {
  const results = createRecentEntries<V>({ most });
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const result = read(text);
    results.set(text, result);
    return result;
  };
}
