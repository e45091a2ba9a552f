import { localPartOf } from '../email-address.ts';
import type { FieldFault } from '../errors.ts';

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

export type Weakness = { readonly code: FieldFault; readonly message: string };

/**
 * Returns what is wrong with a normalised password, or undefined if it is acceptable. Any characters that
 * can be typed are allowed: rules about character classes make passwords worse (3.1.1.2).
 */
export function findWeakness(password: string, email: string): Weakness | undefined {
  const characters = [...password];
  if (characters.length < SHORTEST) {
    return { code: 'too_short', message: `must have at least ${SHORTEST} characters` };
  }
  if (characters.length > LONGEST) {
    return { code: 'too_long', message: `must have at most ${LONGEST} characters` };
  }
  if (/[\p{Cc}\p{Cs}]/u.test(password)) {
    return { code: 'control_characters', message: 'must not contain control characters' };
  }
  if (new Set(characters).size < LEAST_VARIETY) {
    const message = `must have at least ${LEAST_VARIETY} different characters`;
    return { code: 'too_uniform', message };
  }
  return findKnownPart(password.toLowerCase(), localPartOf(email));
}

/** What an attacker tries first: the name of its owner, and the name of the product. */
function findKnownPart(lowerCase: string, localPart: string): Weakness | undefined {
  if (localPart.length >= SHORTEST_NAME && lowerCase.includes(localPart)) {
    const message = 'must not contain the name in the email address';
    return { code: 'contains_email', message };
  }
  if (!lowerCase.includes(PRODUCT)) return undefined;
  return { code: 'contains_product_name', message: `must not contain ${PRODUCT}` };
}
