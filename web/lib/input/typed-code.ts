/** Extracts the digits of a code, in any script, which the service accepts. Other text is ignored. */
export function digitsOf(text: string): string {
  return text.replaceAll(/\P{Nd}/gu, '');
}

/** The `pattern` of an input: this many digits, with any other characters between and around them. */
export function patternOf(digits: string): string {
  return `(?:\\P{Nd}*\\p{Nd}){${digits}}\\P{Nd}*`;
}

const DIGIT = /\p{Nd}/u;

/** Finds a code of `length` digits in a text, with spaces or hyphens between them, as 0 to 9; undefined if there is none. */
export function findCode(text: string, length: number): string | undefined {
  const code = new RegExp(`(?<!\\p{Nd})(?:\\p{Nd}[\\s\\p{Pd}\\p{Cf}]*){${length}}(?!\\p{Nd})`, 'u');
  const [found] = code.exec(text) ?? [];
  return found === undefined ? undefined : [...digitsOf(found)].map(toValue).join('');
}

/** Unicode keeps each set of ten digits in order and without gaps, so the distance from the first one is the value. */
function toValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 0;
  let first = point;
  while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (point - first) % 10;
}
