import {
  type CountryCode,
  type NumberType,
  type PhoneNumber,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';
import { nameCharacters } from '../named-characters.ts';
import { renumber } from './renumbered.ts';

const ALLOWED =
  'Use digits, spaces, hyphens, dots and brackets, optionally with a leading +, such as +6281234567890';

const LONGEST_WRITTEN = 32;
/** Not the ID of a WhatsApp user, which has a number before the `@`. */
const EMAIL = /^[^@]*[a-z][^@]*@/i;
const NOT_ALLOWED = /[^0-9 ().+-]/u;
const EXTENSION = /[0-9] *[;,]? *(?:ext(?:ension)?|isub|postd|x)[^a-z0-9]*[0-9]{1,8}$/i;

/** A plus and 15 digits (ITU-T E.164). */
export const LONGEST_E164 = 16;

const LENGTH_FAULTS = {
  TOO_SHORT: 'has too few digits',
  TOO_LONG: 'has too many digits',
  INVALID_LENGTH: 'has the wrong number of digits',
} as const;

const KINDS: Readonly<Partial<Record<NonNullable<NumberType>, string>>> = {
  FIXED_LINE: 'a landline',
  TOLL_FREE: 'a toll-free number',
  PREMIUM_RATE: 'a premium-rate number',
  SHARED_COST: 'a shared-cost number',
  PAGER: 'a pager',
  VOIP: 'an internet telephony (VoIP) number',
};

/** Explains why a text is not a phone number. */
export function explainSpelling(written: string): string {
  return `The phone number ${findSpellingFault(written)}`;
}

function findSpellingFault(written: string): string {
  if (written.length > LONGEST_WRITTEN) return `must have 5 to 32 characters. ${ALLOWED}`;
  if (EMAIL.test(written))
    return 'looks like an email address. Routes under /api/otp take one as `email`';
  if (EXTENSION.test(written))
    return 'has an extension. Remove it: codes can only be sent to mobile numbers';
  const refused = [...written].filter((character) => NOT_ALLOWED.test(character));
  if (refused.length > 0) {
    const hint = /o/i.test(refused.join('')) ? 'Write zero as 0, not as the letter O. ' : '';
    return `must not contain ${nameCharacters(refused)}. ${hint}${ALLOWED}`;
  }
  if (written.lastIndexOf('+') > 0) return `may contain + only once, at the beginning. ${ALLOWED}`;
  if (written.length < 5) return `must have 5 to 32 characters. ${ALLOWED}`;
  if (/\.[0-9]$/.test(written))
    return 'ends like a decimal fraction. Send it as a string, not as a number';
  return `must begin with a digit, + or a bracket and end with a digit. ${ALLOWED}`;
}

/**
 * Explains why a number cannot be used, and how to fix it. `number` is the parsed number, if it could be
 * parsed at all.
 */
export function explainNumber(
  written: string,
  number: PhoneNumber | undefined,
  defaultRegion: string,
): string {
  const { fault, isCountryKnown } = findFault(written, number, defaultRegion);
  const isInternational = written.startsWith('+') || /^\D*0\D*0/.test(written);
  if (isInternational || !isCountryKnown) return `The phone number ${fault}`;
  return (
    `The phone number ${fault}. It has no country code, so it was read as a number in region ${defaultRegion}. ` +
    'Add + and the country code, such as +1 415 555 2671, or set DEFAULT_REGION'
  );
}

type Fault = { readonly fault: string; readonly isCountryKnown: boolean };

function findFault(written: string, read: PhoneNumber | undefined, defaultRegion: string): Fault {
  const today = readAsToday(read);
  const number = today?.isValid() ? today : read;
  const where = nameRegion(number, defaultRegion);
  const length = findLengthFault(number?.number ?? written, defaultRegion);
  if (length === 'INVALID_COUNTRY') {
    return { fault: 'begins with an unassigned country code', isCountryKnown: false };
  }
  if (length !== undefined && length !== 'NOT_A_NUMBER') {
    return { fault: `${LENGTH_FAULTS[length]} for ${where}`, isCountryKnown: true };
  }
  if (!number?.isValid()) return { fault: `is not valid in ${where}`, isCountryKnown: true };
  return findKindFault(number, where);
}

/** A number of an earlier numbering plan in today's form, for a better message than one about its length. */
function readAsToday(read: PhoneNumber | undefined): PhoneNumber | undefined {
  const today = read && !read.isValid() ? renumber(read.number) : undefined;
  return today === undefined ? undefined : parsePhoneNumberFromString(today);
}

function findLengthFault(text: string, defaultRegion: string) {
  if (text.startsWith('+') && text.length > LONGEST_E164) return 'TOO_LONG';
  return validatePhoneNumberLength(text, { defaultCountry: defaultRegion as CountryCode });
}

/** The fault of a valid number that cannot receive codes. */
function findKindFault(number: PhoneNumber, where: string): Fault {
  const kind = number.getType();
  if (!number.country) {
    const fault = 'belongs to no region (satellite phones, for example)';
    return { fault, isCountryKnown: false };
  }
  if (kind === 'MOBILE' || kind === 'FIXED_LINE_OR_MOBILE') {
    const fault = 'is ambiguous: write it with + and the country code';
    return { fault, isCountryKnown: false };
  }
  const named = (kind && KINDS[kind]) ?? 'not a mobile number';
  return {
    fault: `is ${named} in ${where}; codes can only be sent to mobile numbers`,
    isCountryKnown: true,
  };
}

function nameRegion(number: PhoneNumber | undefined, defaultRegion: string): string {
  if (number?.country) return `region ${number.country}`;
  const code = number?.countryCallingCode;
  return code === undefined ? `region ${defaultRegion}` : `the countries of +${code}`;
}
