import { randomBytes } from 'node:crypto';

/** Crockford's base32: the letters I, L, O and U are left out, because people confuse them with others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 80 bits. */
const BYTES = 10;
const LENGTH = 16;
const GROUP = 4;
const PREFIX = 'WV';

/** What a phone's keyboard makes of a hyphen, and blanks. */
const DASH = '[-\\u2010-\\u2015\\u2212 ]?';

/** The token as it was written by us, or typed by a person: in small letters, with I for 1 and O for 0. */
const PATTERN = new RegExp(
  `(?<![0-9A-Za-z])${PREFIX}${DASH}((?:[0-9A-TV-Z]{${GROUP}}${DASH}){3}[0-9A-TV-Z]{${GROUP}})(?![0-9A-Za-z])`,
  'i',
);

/** Longer texts are not searched further: ours are shorter. */
const LONGEST_SEARCHED = 1000;

/** Draws a token of 80 random bits, in 16 characters. */
export function drawInboundToken(draw: (bytes: number) => Buffer = randomBytes): string {
  let bits = BigInt(`0x${draw(BYTES).toString('hex')}`);
  let token = '';
  while (token.length < LENGTH) {
    token = `${ALPHABET[Number(bits & 31n)]}${token}`;
    bits >>= 5n;
  }
  return token;
}

/** The token as a message shows it: `WV-XXXX-XXXX-XXXX-XXXX`. */
export function writeInboundToken(token: string): string {
  const groups = token.match(new RegExp(`.{${GROUP}}`, 'g')) ?? [];
  return [PREFIX, ...groups].join('-');
}

/** Finds the first token in a text, in the form in which it was drawn; undefined if there is none. */
export function findInboundToken(text: string): string | undefined {
  const [, found] = PATTERN.exec(text.slice(0, LONGEST_SEARCHED)) ?? [];
  return found
    ?.replaceAll(/[^0-9A-Za-z]/g, '')
    .toUpperCase()
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
}
