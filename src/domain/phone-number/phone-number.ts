import {
  type CountryCode,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { AppError } from '../errors.ts';
import { foldPhoneNumber } from '../typed-text.ts';
import { explainNumber, explainSpelling, LONGEST_E164 } from './phone-fault.ts';
import { argentineMobiles, renumber } from './renumbered.ts';
import { readTelUri } from './tel-uri.ts';

/** A person who can be reached: the number in E.164, and the region that it belongs to. */
export type Recipient = { readonly phoneNumber: string; readonly region: string };

export type PhonePolicy = {
  /** ISO 3166 region that a number without `+` is read in. */
  readonly defaultRegion: string;
  /** ISO 3166 regions that may be reached, or `['*']` for all. */
  readonly allowedRegions: readonly string[];
  /**
   * `valid`: the numbering plan has to know the number as a mobile one. `possible`: a number of the
   * right length that no plan knows will do as well, and the channel finds out.
   */
  readonly validation?: 'valid' | 'possible';
};

/**
 * What people write between digits. The parser itself also accepts prose and JIDs around a number, so
 * the shape is checked before it. A last group of one digit behind a dot is a fraction that a
 * spreadsheet added: read on, it is somebody else's number.
 */
const WRITTEN_NUMBER = /^(?=.{5,32}$)(?!.*\.\d$)(?:\+ *)?[0-9(][0-9 ().-]*[0-9]$/;

/** `(+62)` is how some write the country code; the parser wants its plus in front. */
const PLUS_IN_BRACKETS = /^\( *\+/;

const MOBILE_TYPES: readonly (string | undefined)[] = ['MOBILE', 'FIXED_LINE_OR_MOBILE'];

/**
 * Reads a mobile number as people write it (`0812-3456-7890`, `+62 812 3456 7890`, `tel:` links, with
 * the digits of any script, in the spelling of an earlier numbering plan) and returns its one E.164
 * form, so that every spelling is the same recipient.
 * @throws {AppError} `invalid_phone` with what is wrong, or `region_not_allowed` outside the policy.
 */
export function parseRecipient(text: string, policy: PhonePolicy): Recipient {
  const typed = foldPhoneNumber(text);
  const written = readTelUri(typed)?.replace(PLUS_IN_BRACKETS, '+') ?? typed;
  if (!WRITTEN_NUMBER.test(written)) {
    throw new AppError('invalid_phone', explainSpelling(written));
  }
  const readings = readAll(written, policy.defaultRegion);
  const found = choose(readings, isMobile) ?? choose(readings, isPossiblyMobile(policy));
  if (!found) {
    const message = explainNumber(written, readings.at(-1)?.number, policy.defaultRegion);
    throw new AppError('invalid_phone', message);
  }
  const regions = regionsOf(found);
  const refused = regions.find((region) => !isAllowed(region, policy));
  if (refused !== undefined) {
    throw new AppError('region_not_allowed', `Numbers of region ${refused} are not served here`);
  }
  return { phoneNumber: found.number, region: regions[0] ?? '' };
}

/** The number with its middle hidden, for answers and logs: `+62812****7890`. */
export function maskPhoneNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, 6)}****${phoneNumber.slice(-4)}`;
}

/** The first eight digits: numbers that share them are neighbours, as traffic pumping uses them. */
export function numberPrefix(phoneNumber: string): string {
  return phoneNumber.slice(0, 9);
}

/** Whether a text is the ISO 3166 code of a region that has phone numbers. */
export function isRegion(text: string): boolean {
  return isSupportedCountry(text);
}

type Reading = {
  readonly number: PhoneNumber;
  /** Whether it was written without a country code. */
  readonly isNational: boolean;
};

/**
 * What the text may mean: a number as the default region dials it and, behind `00`, the number of
 * another country. Both are tried, because `00` is no international prefix in every region.
 */
function readAll(written: string, region: string): Reading[] {
  const digits = written.replace(/\D/g, '');
  const [, abroad] = (!written.startsWith('+') && /^00([1-9]\d*)$/.exec(digits)) || [];
  return [written, abroad && `+${abroad}`]
    .map((text) => text && readOne(text, region))
    .filter((number) => typeof number === 'object')
    .map((number) => {
      const international = `${number.countryCallingCode}${number.nationalNumber}`;
      return { number, isNational: !digits.endsWith(international) };
    });
}

/** A number as it is written or, where no such mobile number is in use, as it is today. */
function readOne(written: string, region: string): PhoneNumber | undefined {
  const read = parsePhoneNumberFromString(written, {
    defaultCountry: region as CountryCode,
    extract: false,
  });
  if (!read || isMobile(read)) return read;
  const renumbered = [renumber(read.number) ?? [], argentineMobiles(read.number)]
    .flat()
    .map((number) => parsePhoneNumberFromString(number))
    .filter((number) => number !== undefined && isMobile(number));
  return renumbered.length === 1 ? renumbered[0] : read;
}

/**
 * The one reading that will do. When two will, that of the default region stands if it was written
 * without a country code; otherwise nobody can tell which was meant.
 */
function choose(
  readings: readonly Reading[],
  willDo: (number: PhoneNumber) => boolean,
): PhoneNumber | undefined {
  const good = readings.filter(({ number }) => willDo(number));
  const differ = new Set(good.map(({ number }) => number.number)).size > 1;
  return (differ ? good.find(({ isNational }) => isNational) : good[0])?.number;
}

function isMobile(number: PhoneNumber): boolean {
  // A number of no region is a satellite phone, or one that is reached through a service.
  return (
    number.isValid() && number.country !== undefined && MOBILE_TYPES.includes(number.getType())
  );
}

/** What the plan knows as another kind of line is none for anybody. */
function isPossiblyMobile({ validation = 'valid' }: PhonePolicy) {
  return (number: PhoneNumber): boolean =>
    validation === 'possible' &&
    number.isPossible() &&
    number.number.length <= LONGEST_E164 &&
    !number.nationalNumber.startsWith('00') &&
    number.getType() === undefined &&
    regionsOf(number).length > 0;
}

/** Countries share `+1`, `+44` and others: a number that no plan knows may be of any of them. */
function regionsOf(number: PhoneNumber): readonly string[] {
  return number.country ? [number.country] : number.getPossibleCountries();
}

function isAllowed(region: string, { allowedRegions }: PhonePolicy): boolean {
  return allowedRegions.includes('*') || allowedRegions.includes(region);
}
