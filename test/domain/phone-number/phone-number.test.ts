import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import {
  maskPhoneNumber,
  numberPrefix,
  parseRecipient,
} from '../../../src/domain/phone-number/phone-number.ts';

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

  it.each([
    ['a blank at the end', '+6281234567890 '],
    ['blanks in front', '  081234567890'],
    ['a tab', '0812\t34567890'],
    ['a line break at the end', '+6281234567890\n'],
    ['a line break of Windows', '+6281234567890\r\n'],
    ['a line separator', '081234567890\u2028'],
    ['a vertical tab', '0812\u000b34567890'],
    ['no-break spaces', '+62\u00a0812\u202f3456\u00a07890'],
    ['an ideographic space', '0812\u30003456\u30007890'],
    ['a zero-width space', '0812\u200b34567890'],
    ['a soft hyphen', '0812\u00ad34567890'],
    ['a word joiner', '0812\u206034567890'],
    ['a byte order mark', '\ufeff081234567890'],
    ['a variation selector', '0812\ufe0f34567890'],
    ['what an iPhone adds to a copied contact', '\u202a+62 812\u20113456\u20117890\u202c'],
    ['direction marks', '\u200e081234567890\u200f'],
    ['isolates', '\u2066+6281234567890\u2069'],
    ['a direction override', '\u202d081234567890\u202c'],
    ['full-width digits', '０８１２３４５６７８９０'],
    ['a full-width plus', '＋６２８１２３４５６７８９０'],
    ['full-width marks', '（０８１２）３４５６－７８９０'],
    ['digits of two sets', '+62812345678９０'],
    ['Arabic-Indic digits', '٠٨١٢٣٤٥٦٧٨٩٠'],
    ['Persian digits', '۰۸۱۲۳۴۵۶۷۸۹۰'],
    ['Devanagari digits', '०८१२३४५६७८९०'],
    ['Bengali digits', '০৮১২৩৪৫৬৭৮৯০'],
    ['Thai digits', '๐๘๑๒๓๔๕๖๗๘๙๐'],
    ['mathematical digits', '𝟎𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎'],
    ['an en dash', '0812–3456–7890'],
    ['a minus sign', '0812−3456−7890'],
    ['a long vowel mark', '0812ー3456ー7890'],
    ['blanks behind the plus', '+  62 812 3456 7890'],
    ['a blank behind the plus', '+ 62 812 3456 7890'],
    ['a blank behind a full-width plus', '＋　６２ 812 3456 7890'],
    ['the plus in brackets', '(+62) 812-3456-7890'],
    ['a tel URI', 'tel:+62-812-3456-7890'],
    ['a tel URI in capitals', 'TEL:+6281234567890'],
    ['a local tel URI', 'tel:0812-3456-7890;phone-context=+62'],
    ['a local tel URI with a domain', 'tel:0812-3456-7890;phone-context=example.com'],
    ['an encoded tel URI', 'tel:%2B62%20812%203456%207890'],
    ['a tel URI with a parameter of no weight', 'tel:+6281234567890;rn=+628111'],
    ['00', '006281234567890'],
    ['00 in brackets', '(00)6281234567890'],
    ['00 with a blank between', '0 0 62 812 3456 7890'],
    ['the international prefix of the region', '008 62 812 3456 7890'],
  ])('is the same recipient with %s', (_, text) => {
    expect(read(text)).toBe('+6281234567890');
  });

  it.each([
    ['+٩٦٦٥٠١٢٣٤٥٦٧', '+966501234567'],
    ['+۹۸۹۱۲۱۲۳۴۵۶۷', '+989121234567'],
    ['00447911123456', '+447911123456'],
    ['0091 98765 43210', '+919876543210'],
  ])('is read from %s as %s', (text, phoneNumber) => {
    expect(read(text)).toBe(phoneNumber);
  });

  it('behind 00 is of the default region where numbers begin so, and of another elsewhere', () => {
    const inTajikistan = { defaultRegion: 'TJ', allowedRegions: ['*'] };
    expect(read('00 690 7290', inTajikistan)).toBe('+992006907290');
    expect(read('00 966 50 123 4567', inTajikistan)).toBe('+966501234567');
    expect(read('00 690 7290')).toBe('+6907290');
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
    ['two plus signs', '++6281234567890'],
    ['a minus sign', '-6281234567890'],
    ['an extension', '081234567890;ext=5'],
    ['a tel URI with an extension', 'tel:+6281234567890;ext=5'],
    ['a tel URI with a subaddress', 'tel:+6281234567890;isub=1'],
    ['a tel URI without a number', 'tel:'],
    ['a tel URI that cannot be decoded', 'tel:%ZZ'],
    ['a tel URI in a tel URI', 'tel:tel:+6281234567890'],
    ['superscript digits', '0812345678⁹⁰'],
    ['circled digits', '①②③④⑤⑥⑦⑧⑨⑩'],
    ['Chinese numerals', '〇八一二三四五六七八九〇'],
    ['half a character', '0812\ud83d34567890'],
    ['a combining mark', '0812\u030134567890'],
    ['a spelled extension', '081234567890 ext 5'],
    ['an extension by x', '081234567890x5'],
    ['a JID', '6281234567890@s.whatsapp.net'],
    ['a group JID', '6281234567890-1400000000@g.us'],
    ['prose', 'call me 081234567890 now'],
    ['SQL', "081234567890'; DROP TABLE otp_logs;--"],
    ['a header', '081234567890\r\nX-Injected: 1'],
    ['a null byte', '081234567890\u0000'],
    ['an escape code', '\u001b[31m081234567890'],
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
