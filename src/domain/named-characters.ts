/** Three are enough to show what is wrong; more would repeat the input. */
const MOST_NAMED = 3;

const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}]$/u;
const EMPTY = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Lists the first few of `characters` for use after "must not contain": `"%" or "/"`. Characters that are
 * invisible or change how the sentence is displayed appear as code points: `U+200B`.
 */
export function nameCharacters(characters: readonly string[]): string {
  const different = [...new Set(characters)];
  const names = different.slice(0, MOST_NAMED).map(nameCharacter);
  if (different.length > MOST_NAMED) return `${names.join(', ')}, …`;
  const last = names.pop() ?? '';
  return names.length > 0 ? `${names.join(', ')} or ${last}` : last;
}

function nameCharacter(character: string): string {
  if (character === '"') return `'"'`;
  if (VISIBLE.test(character) && !EMPTY.test(character)) return `"${character}"`;
  const point = character.codePointAt(0) ?? 0;
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
