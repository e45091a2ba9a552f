import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { looksLikeLink } from '../../../src/domain/links.ts';
import { isPlainName, readCompanyName } from '../../../src/domain/verification/company-name.ts';

/** The name as it will stand in messages, or the code of the refusal. */
function read(
  text: string,
  companyNames: readonly string[] = [],
  domains: readonly string[] = [],
): string | undefined {
  try {
    return readCompanyName(text, { companyNames, domains });
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('a company name', () => {
  it.each([
    'A',
    'PT. Contoh',
    'Toko Ibu Ani',
    'AT&T',
    'Bank (BCA)',
    'Toko 123',
    'O’Neil',
    "D'Best",
    'C++',
    'café',
    '株式会社',
    'ร้านอาหาร',
    'शाखा',
    'x'.repeat(60),
    'Kopi & Roti ☕',
    "d'Amour S.p.A.",
    'Studio 54000',
    'Kode 4821',
    '☕ Kopi',
    'Contoh 🔒',
    'Familie 👨‍👩‍👧‍👦 Schmidt',
    'Toko 🇮🇩 Merdeka',
    'Yum!',
    'J.P. Morgan',
    'H&M',
    '7-Eleven',
    '3M',
    'Müller, Meier & Söhne GmbH',
    "'t Koffiehuis",
    'Crédit Agricole – Île-de-France',
    'Ben & Jerry’s',
    '（株）山田',
    'ユニ・チャーム',
    'شركة المثال',
    'شرکت نمونه\u200cای',
    'क्\u200dष',
    'בע״מ דוגמה',
    'Пример ООО',
    'ΑΒΓ Α.Ε.',
    'Contoh™',
    'Café ☕️',
    '⭐️ Bintang',
    'Kilat ⚡️',
    'Bagus 👍️',
    'Baru ✨️',
    'Pizza 🍕️',
    '24/7 Mart',
    'Route 66',
    '7-Eleven 24/7',
    'Warung 99',
    'Kode 12 34 5',
  ])('may be %s', (text) => {
    expect(read(text)).toBe(text.normalize('NFC'));
  });

  it('is one spelling, whichever way an accent was typed', () => {
    expect(read('cafe\u0301')).toBe('café');
  });

  it.each([
    ['nothing', ''],
    ['a blank', ' '],
    ['a leading blank', ' Contoh'],
    ['a trailing blank', 'Contoh '],
    ['61 characters', 'x'.repeat(61)],
    ['a line break', 'Contoh\nYour code is 000000'],
    ['a carriage return', 'Contoh\rX'],
    ['a line separator', 'Contoh\u2028X'],
    ['a tab', 'Contoh\tX'],
    ['a null byte', 'Contoh\u0000'],
    ['an escape code', '\u001b[31mContoh'],
    ['half a character', 'Contoh\ud83d'],
    ['bold markup', '*Contoh*'],
    ['italic markup', '_Contoh_'],
    ['code markup', '`Contoh`'],
    ['struck markup', '~Contoh~'],
    ['HTML', '<b>Contoh</b>'],
    ['a placeholder', 'Contoh {code}'],
    ['a template', '\u0024{7*7}'],
    ['an address', 'a@evil.example'],
    ['a mention', '@628123'],
    ['a run of digits like a code', 'Code 123456'],
    ['a run of ten digits', 'Code 1234567890'],
    ['a number and nothing else', '123456'],
    ['a code in halves', 'Code 123 456'],
    ['a code with a hyphen', '123-456'],
    ['a code in pairs', 'Kode 12 34 56'],
    ['a code of single digits', '1 2 3 4 5 6'],
    ['a code with a slash', '123/456'],
    ['a code with a middle dot', '123·456'],
    ['a code with a comma and a blank', '123, 456'],
    ['a code with a dash between blanks', '123 – 456'],
    ['a code of four and two digits', '1234 56'],
    ['a code with two blanks', '123  456'],
    ['a code with a dot', '123.456'],
    ['a code with a long vowel mark', '123ー456'],
    ['a code with a Hangul dot', '123ㆍ456'],
    ['a code with an ordinal', '123º456'],
    ['a code in brackets', 'Kode (123) (456)'],
    ['a code around an emoji with a selector', '123☕️456'],
    ['a code around an emoji', '123😀456'],
    ['a code of keycaps', '1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣'],
    ['a run of Arabic digits', 'Code ١٢٣٤٥٦'],
    ['a run of full-width digits', '１２３４５６'],
    ['a label of a code', 'Kode: 12'],
    ['a direction override', 'A\u202eB'],
    ['an isolate', '\u2066Contoh\u2069'],
    ['a direction mark', 'Contoh\u200f'],
    ['a zero-width joiner', 'A\u200dB'],
    ['a zero-width non-joiner', 'A\u200cB'],
    ['a zero-width space', 'Con\u200btoh'],
    ['a byte order mark', '\ufeffContoh'],
    ['a soft hyphen', 'Con\u00adtoh'],
    ['a variation selector', 'Con\ufe0ftoh'],
    ['two variation selectors', 'Contoh ☕\ufe0f\ufe0f'],
    ['a grapheme joiner', 'Con\u034ftoh'],
    ['a Hangul filler', 'Con\u3164toh'],
    ['tags', 'Contoh\u{e0041}'],
    ['a private character', '\ue000Contoh'],
    ['stacked marks', 'Z\u0310\u0351\u0352'],
    ['emoji and nothing else', '😀'],
    ['a formula', '=1+1'],
    ['a leading plus', '+Contoh'],
    ['a leading hyphen', '-Contoh'],
    ['a leading at', '@Contoh'],
  ])('may not be %s', (_, text) => {
    expect(isPlainName(text)).toBe(false);
    expect(read(text, [text])).toBe('validation_failed');
  });

  it.each([
    ['50% Off', '"%"'],
    ['Toys "R" Us', `'"'`],
    ['€uro', '"€"'],
    ['№ 1', '"№"'],
    ['Con\u200btoh', 'U+200B'],
    ['A\u202eB', 'U+202E'],
    ['Contoh\ud83d', 'U+D83D'],
    ['Contoh\n', 'blank'],
    ['+Contoh', '"+"'],
    ['Contoh,', '","'],
    ['<b>*x*</b>', '"<", ">" or "*"'],
    ['<{@_}>', '"<", "{", "@", …'],
    ['Kode 12 34 56', 'code'],
    ['x'.repeat(61), '60'],
  ])('%s is refused with what is wrong with it: %s', (text, told) => {
    expect(() => readCompanyName(text, { companyNames: [], domains: [] })).toThrow(told);
  });

  it.each([
    'evil.com',
    'Evil.com',
    'evil.example',
    'évil.com',
    'пример.рф',
    'x.xn--p1ai',
    'evil．com',
    'evil。com',
    'evil｡com',
    'evil․com',
    'ｅｖｉｌ．ｃｏｍ',
    'www.evil',
    'ｗｗｗ．evil',
    'wa.me/628123',
    'evil.example/login',
    '//evil',
    '／／evil',
    'Login evil.com now',
    'Booking.com',
    '192.168.1.1',
    'wa.me 👋',
  ])('that looks like the link %s is no name of anybody who has not declared it', (text) => {
    expect(looksLikeLink(text)).toBe(true);
    expect(read(text)).toBe('validation_failed');
    expect(read(text, ['Other.com'])).toBe('validation_failed');
  });

  it('may look like a link where the operator has declared exactly this name', () => {
    expect(read('Booking.com', ['Toko.id', 'Booking.com'])).toBe('Booking.com');
    expect(read('booking.com', ['Booking.com'])).toBe('validation_failed');
    expect(read('Booking.com.evil.example', ['Booking.com'])).toBe('validation_failed');
    expect(read('Booking.com Login', ['Booking.com'])).toBe('validation_failed');
  });

  it('may contain the domain of the account, and no other', () => {
    const domains = ['booking.com', 'kopi.example'];
    for (const name of [
      'Booking.com',
      'Booking.com Login',
      'Toko (kopi.example)',
      'id.Booking.com',
    ]) {
      expect(read(name, [], domains)).toBe(name);
    }
    for (const name of [
      ...['Evil.com', 'Booking.com.evil.example', 'xbooking.com', 'Booking.com Evil.com'],
      ...['//booking.com', 'Booking.com,evil.com', 'booking。com.evil。example'],
    ]) {
      expect([name, read(name, [], domains)]).toEqual([name, 'validation_failed']);
    }
  });

  it('may not be a web address, declared or not', () => {
    expect(read('http://evil.example', ['http://evil.example'])).toBe('validation_failed');
  });
});
