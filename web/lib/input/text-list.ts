/** The items of a text that has them between commas or blanks, each once; null if there are none. */
export function toList(text: string): readonly string[] | null {
  const items = text.split(/[\s,]+/).filter(Boolean);
  return items.length > 0 ? [...new Set(items)] : null;
}

/** A list as `toList` reads it. */
export function toText(list: readonly string[] | null): string {
  return (list ?? []).join(', ');
}
