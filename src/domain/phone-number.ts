import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { AppError } from './errors.ts';

/** A person who can be reached: the number in E.164, and the region that it belongs to. */
export type Recipient = { readonly phoneNumber: string; readonly region: string };

export type PhonePolicy = {
  /** ISO 3166 region that a number without `+` is read in. */
  readonly defaultRegion: string;
  /** ISO 3166 regions that may be reached, or `['*']` for all. */
  readonly allowedRegions: readonly string[];
};

/**
 * What people write between digits. The parser itself also accepts prose, JIDs, other scripts'
 * digits and line breaks around a number, so the shape is checked before it. A last group of one
 * digit behind a dot is a fraction that a spreadsheet added: read on, it is somebody else's number.
 */
const WRITTEN_NUMBER = /^(?=.{5,32}$)(?!.*\.\d$)\+?[0-9(][0-9 ().-]*[0-9]$/;

/** `00` is an international prefix somewhere, but a number in no region of ours: write `+`. */
const DIALLING_PREFIX = /^\D*00/;

const MOBILE_TYPES: readonly (string | undefined)[] = ['MOBILE', 'FIXED_LINE_OR_MOBILE'];

/**
 * Reads a mobile number as people write it (`0812-3456-7890`, `+62 812 3456 7890`) and returns its
 * one E.164 form, so that every spelling is the same recipient.
 * @throws {AppError} `invalid_phone`, or `region_not_allowed` outside the policy.
 */
export function parseRecipient(text: string, policy: PhonePolicy): Recipient {
  const parsed =
    WRITTEN_NUMBER.test(text) && !DIALLING_PREFIX.test(text)
      ? parsePhoneNumberFromString(text, {
          defaultCountry: policy.defaultRegion as CountryCode,
          extract: false,
        })
      : undefined;
  const isMobile = parsed?.isValid() && MOBILE_TYPES.includes(parsed.getType());
  if (!parsed?.country || !isMobile) {
    throw new AppError(
      'invalid_phone',
      'phoneNumber must be a mobile number, such as +6281234567890',
    );
  }
  if (!isAllowed(parsed.country, policy)) {
    throw new AppError(
      'region_not_allowed',
      `Numbers of region ${parsed.country} are not served here`,
    );
  }
  return { phoneNumber: parsed.number, region: parsed.country };
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

function isAllowed(region: string, { allowedRegions }: PhonePolicy): boolean {
  return allowedRegions.includes('*') || allowedRegions.includes(region);
}
