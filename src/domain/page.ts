/** Which part of a list is wanted: at most `limit` entries with ids below `before`, the newest first. */
export type PageRequest = { readonly limit: number; readonly before: number | undefined };

export type Page<T> = {
  readonly items: readonly T[];
  /** The `before` of the next page; undefined when this was the last. */
  readonly next: number | undefined;
};

/** Makes a page of up to `limit + 1` entries that were read: the last one only tells that there is more. */
export function toPage<T>(read: readonly T[], limit: number, idOf: (item: T) => number): Page<T> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, next: read.length > limit && last !== undefined ? idOf(last) : undefined };
}
