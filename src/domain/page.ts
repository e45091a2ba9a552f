/** Which part of a list is wanted: at most `limit` entries that come after the place `before`, the newest first. */
export type PageRequest<Place = number> = {
  readonly limit: number;
  readonly before: Place | undefined;
};

export type Page<T, Place = number> = {
  readonly items: readonly T[];
  /** The `before` of the next page; undefined when this was the last. */
  readonly next: Place | undefined;
};

/** A place in a list by time, in which several entries may have the same one. */
export type Moment = { readonly at: Date; readonly id: number };

/** Makes a page of up to `limit + 1` entries that were read: the last one only tells that there is more. */
export function toPage<T, Place>(
  read: readonly T[],
  limit: number,
  placeOf: (item: T) => Place,
): Page<T, Place> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, next: read.length > limit && last !== undefined ? placeOf(last) : undefined };
}
