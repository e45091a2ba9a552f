import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { parseRecipient } from '../../../src/domain/phone-number/phone-number.ts';

/** The number as it was read, or the code of the refusal. */
function read(text: string, defaultRegion: string): string {
  try {
    return parseRecipient(text, { defaultRegion, allowedRegions: ['*'] }).phoneNumber;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('a number of an earlier numbering plan', () => {
  it.each([
    // Mexico
    ['ID', '+52 1 55 1234 5678', '+525512345678'],
    ['MX', '1 55 1234 5678', '+525512345678'],
    ['MX', '044 55 1234 5678', '+525512345678'],
    ['MX', '045 55 1234 5678', '+525512345678'],
    ['MX', '01 55 1234 5678', '+525512345678'],
    ['MX', '52 1 55 1234 5678', '+525512345678'],
    ['MX', '55 1234 5678', '+525512345678'],
    ['ID', '00 52 1 33 1234 5678', '+523312345678'],
    // Brazil
    ['ID', '+55 11 8765-4321', '+5511987654321'],
    ['ID', '+55 31 9123-4567', '+5531991234567'],
    ['BR', '(11) 8765-4321', '+5511987654321'],
    ['BR', '011 6765-4321', '+5511967654321'],
    ['BR', '0 15 11 8765-4321', '+5511987654321'],
    ['BR', '11 98765-4321', '+5511987654321'],
    // Benin
    ['BJ', '97 12 34 56', '+2290197123456'],
    ['ID', '+229 97 12 34 56', '+2290197123456'],
    ['BJ', '01 97 12 34 56', '+2290197123456'],
    // Argentina
    ['AR', '11 2345-6789', '+5491123456789'],
    ['AR', '+54 11 2345-6789', '+5491123456789'],
    ['AR', '011 2345-6789', '+5491123456789'],
    ['AR', '11 15 2345-6789', '+5491123456789'],
    ['AR', '011 15 2345-6789', '+5491123456789'],
    ['AR', '9 11 2345-6789', '+5491123456789'],
    ['ID', '+54 9 11 15 2345-6789', '+5491123456789'],
    ['ID', '+54 351 234-5678', '+5493512345678'],
    ['ID', '+54 9 351 15 234-5678', '+5493512345678'],
    // Côte d'Ivoire
    ['CI', '01 12 34 56', '+2250101123456'],
    ['CI', '45 12 34 56', '+2250545123456'],
    ['ID', '+225 07 12 34 56', '+2250707123456'],
    ['CI', '07 07 12 34 56', '+2250707123456'],
    // Vietnam
    ['VN', '0120 123 4567', '+84701234567'],
    ['VN', '0125 123 4567', '+84851234567'],
    ['ID', '+84 165 123 4567', '+84351234567'],
    ['VN', '0199 123 4567', '+84591234567'],
    // Chile and Ecuador
    ['CL', '09 8765 4321', '+56987654321'],
    ['EC', '09 876 5432', '+593998765432'],
  ])('%s: %s is %s', (region, text, phoneNumber) => {
    expect(read(text, region)).toBe(phoneNumber);
  });

  it.each([
    ['BR', '11 2345-6789', 'a landline of Brazil'],
    ['BR', '8765-4321', 'no area code'],
    ['BJ', '21 30 12 34', 'a landline of Benin'],
    ['CI', '22 41 12 34', 'a landline of Côte d’Ivoire'],
    ['CI', '66 12 34 56', 'an operator that nobody can tell'],
    ['EC', '02 345 6789', 'a landline of Ecuador'],
    ['MX', '1 55 1234 567', 'a digit short'],
    ['AR', '15 2345-6789', 'no area code'],
    ['AR', '0800 222 1234', 'toll-free'],
    ['ID', '044 55 1234 5678', 'a prefix of another region'],
    ['ID', '11 8765-4321', 'of another region'],
  ])('%s: %s is not guessed at: %s', (region, text) => {
    expect(read(text, region)).toBe('invalid_phone');
  });

  it('is left alone where a line of today has that number', () => {
    // Trunked radio of Brazil kept eight digits; Gabon still has the numbers of before 2019.
    expect(read('+55 11 7865-4321', 'ID')).toBe('+551178654321');
    expect(read('+241 06 12 34 56', 'ID')).toBe('+24106123456');
    expect(parsePhoneNumberFromString('+551178654321')?.isValid()).toBe(true);
  });
});
