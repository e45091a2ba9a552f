import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { maskPhoneNumber, numberPrefix, parseRecipient } from '../../src/domain/phone-number.ts';

const ANYWHERE = { defaultRegion: 'ID', allowedRegions: ['*'] };

/** The number as it was read, or the code of the refusal. */
function read(text: string, policy = ANYWHERE): string {
  try {
    return parseRecipient(text, policy).phoneNumber;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('a phone number', () => {
  it.each([
    '081234567890',
    '+6281234567890',
    '6281234567890',
    '81234567890',
    '+62 812-3456-7890',
    '(0812) 3456-7890',
    '0812.3456.7890',
    '+62 (0)812-3456-7890',
    '62081234567890',
    '0812 3456 7890',
  ])('A12: is one recipient when it is written %s', (text) => {
    expect(parseRecipient(text, ANYWHERE)).toEqual({ phoneNumber: '+6281234567890', region: 'ID' });
  });

  it.each([
    ['+60123456789', 'MY'],
    ['+6591234567', 'SG'],
    ['+14155552671', 'US'],
    ['+4915112345678', 'DE'],
  ])('keeps the region of %s: %s', (text, region) => {
    expect(parseRecipient(text, ANYWHERE)).toEqual({ phoneNumber: text, region });
  });

  it('is read in the default region when it has no country code', () => {
    expect(read('0123456789', { defaultRegion: 'MY', allowedRegions: ['*'] })).toBe('+60123456789');
  });

  it.each([
    ['an empty text', ''],
    ['blanks', '     '],
    ['a landline', '02112345678'],
    ['a landline abroad', '+493012345678'],
    ['a toll-free number', '+18005550199'],
    ['a short code', '14045'],
    ['a USSD code', '*123#'],
    ['a satellite phone', '+870773111632'],
    ['an unknown country', '+999123456789'],
    ['only a country code', '+62'],
    ['too few digits', '+62812345'],
    ['too many digits', '+628123456789012'],
    ['a dialling prefix', '006281234567890'],
    ['a dialling prefix in brackets', '(00)6281234567890'],
    ['a spaced dialling prefix', '0 0 6281234567890'],
    ['two plus signs', '++6281234567890'],
    ['a minus sign', '-6281234567890'],
    ['an extension', '081234567890;ext=5'],
    ['a spelled extension', '081234567890 ext 5'],
    ['an extension by x', '081234567890x5'],
    ['a tel URI', 'tel:+6281234567890'],
    ['a JID', '6281234567890@s.whatsapp.net'],
    ['a group JID', '6281234567890-1400000000@g.us'],
    ['prose', 'call me 081234567890 now'],
    ['SQL', "081234567890'; DROP TABLE otp_logs;--"],
    ['a header', '081234567890\r\nX-Injected: 1'],
    ['a line break at the end', '081234567890\n'],
    ['a line break at the start', '\n081234567890'],
    ['a tab', '0812\t34567890'],
    ['a null byte', '081234567890\u0000'],
    ['an escape code', '\u001b[31m081234567890'],
    ['a blank at the end', '081234567890 '],
    ['a zero-width space', '0812\u200b34567890'],
    ['a no-break space', '0812\u00a034567890'],
    ['a direction mark', '\u202d081234567890\u202c'],
    ['Arabic digits', '٠٨١٢٣٤٥٦٧٨٩٠'],
    ['Persian digits', '۰۸۱۲۳۴۵۶۷۸۹۰'],
    ['a fullwidth digit', '+62812345678９０'],
    ['a fullwidth plus', '＋6281234567890'],
    ['a fullwidth hyphen', '0812－3456－7890'],
    ['hexadecimal', '0x12E9F3B2D2'],
    ['an exponent', '6.281234567890e12'],
    ['letters for digits', '0812-FLOWERS'],
    ['an emoji', '📱081234567890'],
    ['a very long text', '0'.repeat(10_000)],
    ['digits far apart', `0812${' '.repeat(40)}34567890`],
    // What a spreadsheet or a float made of it: the parser would read another person's number.
    ['a fraction', '6281234567890.0'],
  ])('is not %s', (_, text) => {
    expect(read(text)).toBe('invalid_phone');
  });

  it('is refused outside the allowed regions, by a name of its own', () => {
    const policy = { defaultRegion: 'ID', allowedRegions: ['ID', 'MY'] };
    expect(read('+60123456789', policy)).toBe('+60123456789');
    expect(read('+14155552671', policy)).toBe('region_not_allowed');
    expect(read('nonsense', policy)).toBe('invalid_phone');
  });

  it('shows its ends only when it is masked', () => {
    expect(maskPhoneNumber('+6281234567890')).toBe('+62812****7890');
    expect(maskPhoneNumber('+6591234567')).not.toContain('91234567');
  });

  it('shares its prefix with its neighbours only', () => {
    expect(numberPrefix('+6281234567890')).toBe('+62812345');
    expect(numberPrefix('+6281234599999')).toBe('+62812345');
    expect(numberPrefix('+6281234667890')).not.toBe('+62812345');
  });
});
