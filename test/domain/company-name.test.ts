import { describe, expect, it } from 'vitest';
import { isCompanyName } from '../../src/domain/company-name.ts';

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
    'cafe\u0301',
    '株式会社',
    'ร้านอาหาร',
    'शाखा',
    'x'.repeat(60),
  ])('may be %s', (text) => {
    expect(isCompanyName(text)).toBe(true);
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
    ['bold markup', '*Contoh*'],
    ['italic markup', '_Contoh_'],
    ['code markup', '`Contoh`'],
    ['HTML', '<b>Contoh</b>'],
    ['a placeholder', 'Contoh {code}'],
    ['a template', '\u0024{7*7}'],
    ['a web address', 'http://evil.example'],
    ['a host', 'evil.example'],
    ['a host with a path', 'evil.example/login'],
    ['a host of other letters', 'évil.com'],
    ['www', 'www.evil'],
    ['a bare path', '//evil'],
    ['an address', 'a@evil.example'],
    ['a run of digits like a passcode', 'Code 123456'],
    ['a run of Arabic digits', 'Code ١٢٣٤٥٦'],
    ['a direction override', 'A\u202eB'],
    ['a zero-width joiner', 'A\u200dB'],
    ['stacked marks', 'Z\u0310\u0351\u0352'],
    ['an emoji', '😀'],
    ['a formula', '=1+1'],
    ['a leading plus', '+Contoh'],
    ['a leading at', '@Contoh'],
  ])('may not be %s', (_, text) => {
    expect(isCompanyName(text)).toBe(false);
  });
});
