import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { type PhonePolicy, parseRecipient } from '../../../src/domain/phone-number/phone-number.ts';

const IN_INDONESIA: PhonePolicy = { defaultRegion: 'ID', allowedRegions: ['*'] };

function refusalOf(text: string, policy = IN_INDONESIA): AppError {
  try {
    parseRecipient(text, policy);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('a phone number that cannot be used', () => {
  it.each([
    ['4155552671', [/\bID\b/, /\+/, /DEFAULT_REGION/]],
    ['07911 123456', [/\bID\b/, /\+/, /DEFAULT_REGION/]],
    ['08123', [/few/, /\bID\b/, /DEFAULT_REGION/]],
    ['02112345678', [/landline/, /\bID\b/]],
    ['+493012345678', [/landline/, /\bDE\b/]],
    ['+999123456789', [/unassigned/]],
    ['+62812345', [/few/, /\bID\b/]],
    ['+628123456789012345', [/many/, /\bID\b/]],
    ['+18005550199', [/toll-free/]],
    ['+447911', [/few/, /44/]],
    ['+ 999 123456789', [/unassigned/]],
    ['call me 081234567890', [/"c", "a", "l"/]],
    ['+52 1 800 123 4567', [/toll-free/, /\bMX\b/]],
    ['0812/3456/7890', [/"\/"/]],
    ['#081234567890', [/"#"/]],
    ['O8123456789O', [/"O"/, /zero/]],
    ['0812 3456 7890 (WA)', [/"W" or "A"/]],
    ['++6281234567890', [/only once/]],
    ['"081234567890"', [/'"'/]],
    ['081234567890;ext=12', [/extension/]],
    ['tel:+6281234567890;ext=12', [/extension/]],
    ['0812\u00003456', [/U\+0000/]],
    ['6281234567890.0', [/fraction/]],
    ['-6281234567890', [/begin/]],
    ['0'.repeat(33), [/5 to 32/]],
    ['123', [/5 to 32/]],
  ])('%s is refused with what is wrong with it', (text, told) => {
    const { code, message } = refusalOf(text);
    expect(code).toBe('invalid_phone');
    for (const part of told) expect(message).toMatch(part);
  });

  it('is told by its number of today where it is written as it was before', () => {
    const inMexico = { ...IN_INDONESIA, defaultRegion: 'MX' };
    expect(refusalOf('01 800 123 4567', inMexico).message).toMatch(/toll-free/);
  });

  it('is not told to add a country code where it has one', () => {
    expect(refusalOf('+62812345').message).not.toMatch(/DEFAULT_REGION/);
    expect(refusalOf('0044 20 7946 0958').message).not.toMatch(/DEFAULT_REGION/);
  });

  it('is never repeated in the sentence', () => {
    for (const text of ['4155552671', '02112345678', '+62812345', 'call 081298765432']) {
      expect(refusalOf(text).message).not.toContain(text.slice(-6));
    }
  });
});

describe('where possible numbers are served as well as valid ones', () => {
  const POSSIBLE: PhonePolicy = { ...IN_INDONESIA, validation: 'possible' };

  it('takes a number that no plan knows, if its length is right', () => {
    expect(refusalOf('08591915781114').code).toBe('invalid_phone');
    for (const text of ['08591915781114', '+62 859-1915-781114', '0062 8591915781114']) {
      expect(parseRecipient(text, POSSIBLE)).toEqual({
        phoneNumber: '+628591915781114',
        region: 'ID',
      });
    }
  });

  it('reads what is valid as ever', () => {
    for (const text of [
      '081234567890',
      '00447911123456',
      '+52 1 55 1234 5678',
      '+55 11 8765-4321',
    ]) {
      expect(parseRecipient(text, POSSIBLE)).toEqual(parseRecipient(text, IN_INDONESIA));
    }
  });

  it.each([
    '02112345678',
    '+493012345678',
    '+18005550199',
    '+62812',
    '+999123456789',
    '+870773111632',
  ])('still refuses %s', (text) => {
    expect(refusalOf(text, POSSIBLE).code).toBe('invalid_phone');
  });

  it('serves a country code that countries share only where all of them are served', () => {
    const text = '+447911123';
    expect(parseRecipient(text, POSSIBLE).phoneNumber).toBe(text);
    const british = { ...POSSIBLE, allowedRegions: ['GB'] };
    expect(refusalOf(text, british).code).toBe('region_not_allowed');
  });
});
