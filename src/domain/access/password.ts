import { localPartOf } from '../email-address.ts';

/** NIST SP 800-63B-4 3.1.1.2: at least 15 where the password is the only factor. */
const SHORTEST = 15;
const LONGEST = 128;

/** `aaaaaaaaaaaaaaa` is long, but among the first guesses of an attacker. */
const LEAST_VARIETY = 5;

/** Shorter local parts also occur by chance in good passwords. */
const SHORTEST_NAME = 4;

const PRODUCT = 'waverify';

/** Returns one form for texts that look the same: keyboards encode accents in different ways. */
export function normalisePassword(text: string): string {
  return text.normalize('NFC');
}

/**
 * Returns what is wrong with a normalised password, or undefined if it is acceptable. Any characters that
 * can be typed are allowed: rules about character classes make passwords worse (3.1.1.2).
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
