/** A part of a list, newest first: at most `limit` entries that come after the place `before`. */
export type PageRequest<Place = number> = {
  readonly limit: number;
  readonly before: Place | undefined;
};

/** A part of a list in ascending order: at most `limit` entries whose ids are greater than `after`. */
export type PageAfter<Place = number> = {
  readonly limit: number;
  readonly after: Place | undefined;
};

export type Page<T, Place = number> = {
  readonly items: readonly T[];
  /** The `before` or `after` of the next page; undefined on the last page. */
  readonly next: Place | undefined;
};

/** A place in a list sorted by time; the id distinguishes entries with the same time. */
export type Moment = { readonly at: Date; readonly id: number };

/** Turns up to `limit + 1` entries into a page; the extra entry only shows that there are more. */
export function toPage<T, Place>(
  read: readonly T[],
  limit: number,
  placeOf: (item: T) => Place,
): Page<T, Place> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, next: read.length > limit && last !== undefined ? placeOf(last) : undefined };
}
