const HEX = /(?:3\d){6,}/g;

/** Three digits in base64, and six; the lookahead finds those that overlap too. */
const THREE_DIGITS = '[MNO][DTjz][AEIMQUYcgk][w-z0-5]';
const BASE64 = new RegExp(`(?=(?:${THREE_DIGITS}){2})`, 'g');

/** How many characters of base64 are read around six digits, which are more than any code has. */
const AROUND = 8;

/** The codes that a text shows: in clear, or in hexadecimal or base64 within anything longer. All have the same length. */
export function findCodes(text: string, codes: ReadonlySet<string>): string[] {
  const [{ length } = { length: 0 }] = codes;
  const found = new Set<string>();
  const look = (digits: string) => {
    for (let from = 0; from + length <= digits.length; from += 1) {
      const part = digits.slice(from, from + length);
      if (codes.has(part)) found.add(part);
    }
  };
  for (const [digits] of text.matchAll(/\d{6,}/g)) look(digits);
  for (const [digits] of text.matchAll(HEX)) look(Buffer.from(digits, 'hex').toString('latin1'));
  for (const { index } of text.matchAll(BASE64)) look(decodeAround(text, index));
  return [...found];
}

/** The digits in base64 around a position where a group of four characters begins. */
function decodeAround(text: string, index: number): string {
  const around = text.slice(Math.max(0, index - 4), index + 8 + AROUND);
  const start = index < 4 ? index : 4;
  const before = around.slice(0, start).replace(/[^\w+/-]/g, 'A');
  const after = /^[\w+/-]*/.exec(around.slice(start))?.[0] ?? '';
  const bytes = Buffer.from(before.padStart(4, 'A') + after, 'base64').toString('latin1');
  return /\d{6,}/.exec(bytes)?.[0] ?? '';
}

/** A text without numbers that may contain the digits of a code by chance: phone numbers, times and fractions. */
export function withoutOtherNumbers(text: string): string {
  return text
    .replace(PHONE_NUMBER, '<number>')
    .replace(/(?<!\d)1[78]\d{11}(?!\d)/g, '<time>')
    .replace(/\d\.\d{8,}(e-?\d+)?/g, '<fraction>');
}

/** The phone numbers of the suites: 13 digits, so that the digits of a code that follow remain. */
const PHONE_NUMBER = /6281[23]\d{8}/g;
