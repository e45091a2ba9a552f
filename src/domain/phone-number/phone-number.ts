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

/** A recipient: the number in E.164, and its region. An email address, as `toEmailAddress` returns it, has none (''). */
export type Recipient = { readonly phoneNumber: string; readonly region: string };

export type PhonePolicy = {
  /** The ISO 3166 region in which a number without `+` is read. */
  readonly defaultRegion: string;
  /** The ISO 3166 regions that may receive codes, or `['*']` for all. */
  readonly allowedRegions: readonly string[];
  /**
   * `valid`: the numbering plan must list the number as a mobile number. `possible`: numbers of the right
   * length that no plan lists are accepted too, and the channel shows whether they exist.
   */
  readonly validation?: 'valid' | 'possible';
};

/**
 * The characters that people write between digits. The parser also accepts prose and JIDs around a
 * number, so the shape is checked first. A last group of one digit after a dot is a fraction that a
 * spreadsheet added; with that digit, it would be another person's number.
 */
const WRITTEN_NUMBER = /^(?=.{5,32}$)(?!.*\.\d$)(?:\+ *)?[0-9(][0-9 ().-]*[0-9]$/;

/** Some write the country code as `(+62)`; the parser needs the plus at the beginning. */
const PLUS_IN_BRACKETS = /^\( *\+/;

const MOBILE_TYPES: readonly (string | undefined)[] = ['MOBILE', 'FIXED_LINE_OR_MOBILE'];

/**
 * Parses a mobile number as people write it (`0812-3456-7890`, `+62 812 3456 7890`, `tel:` links, digits
 * of any script, earlier numbering plans) and returns its E.164 form, so that every spelling is the
 * same recipient.
 * @throws {AppError} `invalid_phone` with the reason, or `region_not_allowed`.
 */
export function parseRecipient(text: string, policy: PhonePolicy): Recipient {
  return toRecipient(parseNumber(text, policy), policy);
}

/** A parsed number, before it is known whether its region may receive codes. */
export type ParsedNumber = { readonly phoneNumber: string; readonly regions: readonly string[] };

/** @throws {AppError} `region_not_allowed` */
export function toRecipient(
  { phoneNumber, regions }: ParsedNumber,
  policy: Pick<PhonePolicy, 'allowedRegions'>,
): Recipient {
  const refused = regions.find((region) => !isAllowed(region, policy));
  if (refused !== undefined) {
    throw new AppError('region_not_allowed', `Numbers in region ${refused} are not allowed`);
  }
  return { phoneNumber, region: regions[0] ?? '' };
}

/** The part of `parseRecipient` that takes time. @throws {AppError} `invalid_phone` */
export function parseNumber(
  text: string,
  policy: Pick<PhonePolicy, 'defaultRegion' | 'validation'>,
): ParsedNumber {
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
  return { phoneNumber: found.number, regions: regionsOf(found) };
}

/** How many of the first characters of a number, with its `+`, `maskPhoneNumber` shows. */
export const SHOWN_PREFIX_LENGTH = 6;

/** The number with its middle hidden, for responses and logs: `+62812****7890`. */
export function maskPhoneNumber(phoneNumber: string): string {
  return `${phoneNumber.slice(0, SHOWN_PREFIX_LENGTH)}****${phoneNumber.slice(-4)}`;
}

/** The first eight digits. Traffic pumping uses blocks of numbers that share them. */
export function numberPrefix(phoneNumber: string): string {
  return phoneNumber.slice(0, 9);
}

/** Whether `text` is the ISO 3166 code of a region that has phone numbers. */
export function isRegion(text: string): boolean {
  return isSupportedCountry(text);
}

/** The region (ISO 3166) of a number in E.164; empty if the numbering plans list none. */
export function findRegion(phoneNumber: string): string {
  return parsePhoneNumberFromString(phoneNumber)?.country ?? '';
}

type Reading = {
  readonly number: PhoneNumber;
  /** Whether it was written without a country code. */
  readonly isNational: boolean;
};

/**
 * The possible readings of a text: as dialled in the default region and, after `00`, as a number of
 * another country. Both are tried, because `00` is not the international prefix of every region.
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

/** A number as written or, if there is no such mobile number, in the form of today's numbering plan. */
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
 * Picks the only acceptable reading. If two are acceptable, that of the default region wins if it was
 * written without a country code; otherwise the number is ambiguous.
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
  // A number without a region is a satellite phone or belongs to a service.
  return (
    number.isValid() && number.country !== undefined && MOBILE_TYPES.includes(number.getType())
  );
}

/** A number that the plan lists as another kind of line is refused in either mode. */
function isPossiblyMobile({ validation = 'valid' }: Pick<PhonePolicy, 'validation'>) {
  return (number: PhoneNumber): boolean =>
    validation === 'possible' &&
    number.isPossible() &&
    number.number.length <= LONGEST_E164 &&
    !number.nationalNumber.startsWith('00') &&
    number.getType() === undefined &&
    regionsOf(number).length > 0;
}

/** Several countries share `+1`, `+44` and others: a number that no plan lists may belong to any of them. */
function regionsOf(number: PhoneNumber): readonly string[] {
  return number.country ? [number.country] : number.getPossibleCountries();
}

function isAllowed(
  region: string,
  { allowedRegions }: Pick<PhonePolicy, 'allowedRegions'>,
): boolean {
  return allowedRegions.includes('*') || allowedRegions.includes(region);
}
