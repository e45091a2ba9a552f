import { describe, expect, it } from 'vitest';
import { foldCode } from '../../src/domain/typed-text.ts';

const ZEROS = [...'0٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐０𝟎𝟘𝟢𝟬𝟶'];

describe('a code', () => {
  it.each([
    '123456',
    '123 456',
    ' 123456',
    '123456 ',
    '123456\n',
    '123456\r\n',
    '\t123456',
    '123-456',
    '123–456',
    '123—456',
    '123−456',
    '123‑456',
    '123\u00a0456',
    '123\u202f456',
    '123\u3000456',
    '123\u200b456',
    '\u200e123456\u200f',
    '\u202a123456\u202c',
    '\u202e123456',
    '\u2066123456\u2069',
    '\ufeff123456',
    '123\u00ad456',
    '123\u2060456',
    '1\ufe0f23456',
    '*123456*',
    '**123456**',
    '123456.',
    '123456。',
    '123456।',
    '"123456"',
    "'123456'",
    '`123456`',
    '“123456”',
    '„123456“',
    '«123456»',
    '『123456』',
    '(123456)',
    '[123456]',
    '{123456}',
    '<123456>',
    '（123456）',
    '【123456】',
    '"*123 456*."',
    '“123456.”',
    '１２３４５６',
    '١٢٣٤٥٦',
    '۱۲۳۴۵۶',
    '१२३४५६',
    '১২৩৪৫৬',
    '๑๒๓๔๕๖',
    '𝟙𝟚𝟛𝟜𝟝𝟞',
    '１２３-٤٥٦',
  ])('is the same when it is written %j', (text) => {
    expect(foldCode(text)).toBe('123456');
  });

  it.each([
    'abcdef',
    '12345a',
    '¹²³456',
    '①②③④⑤⑥',
    '一二三四五六',
    '123456\u0000',
    '12345\u0301',
    '123\ud83d456',
    '1234.5',
    '.123456',
    '123,456',
    '123_456',
    '+123456',
    '0x1e24',
    '1e5',
    '%',
    "' OR 1",
    '<b>1</b>',
    'code 123456',
  ])('is none when it is written %j', (text) => {
    expect(foldCode(text)).not.toMatch(/^[0-9]+$/);
  });

  it.each(ZEROS)('has its digits from the script whose zero is %s', (zero) => {
    const first = zero.codePointAt(0) ?? 0;
    const digits = Array.from({ length: 10 }, (_, value) => String.fromCodePoint(first + value));
    expect(foldCode(digits.join(''))).toBe('0123456789');
  });

  it('has its digits from every script that Unicode knows, each worth as much as it should be', () => {
    const all = Array.from({ length: 0x11_0000 }, (_, point) => point)
      .filter((point) => point < 0xd800 || point > 0xdfff)
      .map((point) => String.fromCodePoint(point))
      .filter((character) => /\p{Nd}/u.test(character));
    expect(all.length).toBeGreaterThan(600);
    expect(all.length % 10).toBe(0);
    // In order of code points, every ten are one script's 0 to 9.
    expect(all.map(foldCode).join('')).toBe('0123456789'.repeat(all.length / 10));
  });
});
