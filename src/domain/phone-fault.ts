import {
  type CountryCode,
  type NumberType,
  type PhoneNumber,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';

export const NOT_A_NUMBER =
  'The phone number must have 5 to 32 characters: digits, blanks, hyphens, dots and brackets, with or without + in front, such as +6281234567890';

/** A plus and 15 digits (ITU-T E.164). */
export const LONGEST_E164 = 16;

const LENGTH_FAULTS = {
  TOO_SHORT: 'has too few digits',
  TOO_LONG: 'has too many digits',
  INVALID_LENGTH: 'does not have the right number of digits',
} as const;

const KINDS: Readonly<Partial<Record<NonNullable<NumberType>, string>>> = {
  FIXED_LINE: 'a landline',
  TOLL_FREE: 'a toll-free number',
  PREMIUM_RATE: 'a premium-rate number',
  SHARED_COST: 'a shared-cost number',
  PAGER: 'a pager',
  VOIP: 'an internet telephony number',
};

/**
 * Says what is wrong with a number that cannot be used, and how to mend it. `number` is how it was
 * read, if it could be read at all.
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
    `The phone number ${fault}. It has no country code, so it was read as a number of region ${defaultRegion}: ` +
    'add + and the country code, such as +1 415 555 2671, or set DEFAULT_REGION'
  );
}

type Fault = { readonly fault: string; readonly isCountryKnown: boolean };

function findFault(written: string, number: PhoneNumber | undefined, defaultRegion: string): Fault {
  const where = nameRegion(number, defaultRegion);
  const length = findLengthFault(number?.number ?? written, defaultRegion);
  if (length === 'INVALID_COUNTRY') {
    return { fault: 'begins with a country code that no country has', isCountryKnown: false };
  }
  if (length !== undefined && length !== 'NOT_A_NUMBER') {
    return { fault: `${LENGTH_FAULTS[length]} for ${where}`, isCountryKnown: true };
  }
  if (!number?.isValid()) return { fault: `is not valid in ${where}`, isCountryKnown: true };
  return findKindFault(number, where);
}

function findLengthFault(text: string, defaultRegion: string) {
  if (text.startsWith('+') && text.length > LONGEST_E164) return 'TOO_LONG';
  return validatePhoneNumberLength(text, { defaultCountry: defaultRegion as CountryCode });
}

/** Of a number that is valid, but none that codes go to. */
function findKindFault(number: PhoneNumber, where: string): Fault {
  const kind = number.getType();
  if (!number.country) {
    const fault = 'belongs to no region, as those of satellite phones do';
    return { fault, isCountryKnown: false };
  }
  if (kind === 'MOBILE' || kind === 'FIXED_LINE_OR_MOBILE') {
    const fault = 'can be read in two ways: write it with + and the country code';
    return { fault, isCountryKnown: false };
  }
  const named = (kind && KINDS[kind]) ?? 'no mobile number';
  return { fault: `is ${named} in ${where}; codes go to mobile numbers`, isCountryKnown: true };
}

function nameRegion(number: PhoneNumber | undefined, defaultRegion: string): string {
  if (number?.country) return `region ${number.country}`;
  const code = number?.countryCallingCode;
  return code === undefined ? `region ${defaultRegion}` : `the countries of +${code}`;
}
