/** A text of an entry, if it has one. */
export type Text = string | null | undefined;

/** The entries with a text that has each of the typed words, in any case. */
export function findIn<T>(
  items: readonly T[],
  typed: string,
  textsOf: (item: T) => readonly Text[],
): readonly T[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const text = textsOf(item).filter(Boolean).join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
