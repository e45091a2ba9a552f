import { localPartOf } from '../email-address.ts';

/** NIST SP 800-63B-4 3.1.1.2: at least 15 where a password is all that a person shows. */
const SHORTEST = 15;
const LONGEST = 128;

/** `aaaaaaaaaaaaaaa` is long, and the first thing that is tried. */
const LEAST_VARIETY = 5;

/** A local part that is shorter turns up in good passwords too. */
const SHORTEST_NAME = 4;

const PRODUCT = 'waverify';

/** One form for what looks the same: keyboards differ in how they write an accent. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC');
}

/**
 * What is wrong with a normalised password that a person chose; undefined when it will do. It may be
 * of any characters that can be typed: rules about their kinds make passwords worse (3.1.1.2).
 */
export function findWeakness(password: string, email: string): string | undefined {
  const characters = [...password];
  if (characters.length < SHORTEST) return `must have at least ${SHORTEST} characters`;
  if (characters.length > LONGEST) return `must have at most ${LONGEST} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(password)) return 'must hold no control characters';
  if (new Set(characters).size < LEAST_VARIETY) {
    return `must have at least ${LEAST_VARIETY} different characters`;
  }
  const lowerCase = password.toLowerCase();
  const localPart = localPartOf(email);
  if (localPart.length >= SHORTEST_NAME && lowerCase.includes(localPart)) {
    return 'must not contain the name in the e-mail address';
  }
  return lowerCase.includes(PRODUCT) ? `must not contain ${PRODUCT}` : undefined;
}
