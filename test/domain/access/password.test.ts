import { describe, expect, it } from 'vitest';
import { findWeakness, normalisePassword } from '../../../src/domain/access/password.ts';

const EMAIL = 'anastasia@example.com';

describe('a password', () => {
  it.each([
    ['fifteen letters', 'abcdefghijklmno'],
    ['a sentence', 'correct horse battery staple'],
    ['128 characters', 'abcdefgh'.repeat(16)],
    ['five different characters', 'abcdeabcdeabcde'],
    ['characters of every script', 'сложный пароль 漢字'],
    ['fifteen characters of two code units each', '🐎🔋📎🧵🪡'.repeat(3)],
    ['a name of three letters in the address', 'bob the builder builds', 'bob@example.com'],
  ])('will do: %s', (_, password, email = EMAIL) => {
    expect(findWeakness(password, email)).toBeUndefined();
  });

  it.each([
    ['too short', 'abcdefghijklmn', 'must have at least 15 characters'],
    ['too short, counted in characters', '🐎🔋📎🧵🪡🐎🔋', 'must have at least 15 characters'],
    ['too long', 'abcdefgh'.repeat(17), 'must have at most 128 characters'],
    ['one character over and over', 'a'.repeat(20), 'must have at least 5 different characters'],
    ['four different characters', 'abcd'.repeat(5), 'must have at least 5 different characters'],
    [
      'the name in the address',
      'I am Anastasia of Rome',
      'must not contain the name in the email address',
    ],
    ['the name of the product', 'let me into WaVerify', 'must not contain waverify'],
    ['a line break', 'correct horse\nbattery', 'must not contain control characters'],
    ['half a character', `correct horse \ud800 battery`, 'must not contain control characters'],
  ])('will not do: %s', (_, password, complaint) => {
    expect(findWeakness(password, EMAIL)?.message).toBe(complaint);
  });

  it('is the same, however a keyboard writes its accents', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    expect(composed).not.toBe(decomposed);
    expect(normalisePassword(composed)).toBe(normalisePassword(decomposed));
  });
});
