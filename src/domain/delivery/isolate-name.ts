/** Scripts that are written from right to left. */
const RIGHT_TO_LEFT =
  '\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Nko}\\p{Script=Syriac}\\p{Script=Thaana}';

const BEGINS_RIGHT_TO_LEFT = new RegExp(`^\\P{L}*[${RIGHT_TO_LEFT}]`, 'u');
const HAS_LEFT_TO_RIGHT = new RegExp(`[^\\P{L}${RIGHT_TO_LEFT}]`, 'u');

const PLACEHOLDER = /\{+\w+\}+/g;

/** First strong isolate and pop directional isolate: what is between them is laid out on its own. */
const [ISOLATE, END] = ['\u2068', '\u2069'];

/**
 * Prepares a name for a text. In one that is read from right to left, the last dot of `S.p.A.` would be shown
 * before the name. Codes need no such characters, which would be copied with them: digits keep their order.
 */
export function isolateName(text: string, name: string): string {
  const words = text.replaceAll(PLACEHOLDER, '');
  const isMixed = BEGINS_RIGHT_TO_LEFT.test(words) && HAS_LEFT_TO_RIGHT.test(name);
  return isMixed ? `${ISOLATE}${name}${END}` : name;
}
