import { describe, expect, it } from 'vitest';
import {
  findEmailFault,
  isEmailAddress,
  mailboxOf,
  maskEmailAddress,
  toEmailAddress,
} from '../../src/domain/email-address.ts';

const LABEL = 'a'.repeat(60);
/** An address of so many characters, with a local part of 60. */
const ofLength = (length: number) =>
  `${LABEL}@${`${LABEL}.`.repeat(3)}${'b'.repeat(length - 60 - 1 - 183)}`;

describe('an e-mail address', () => {
  it.each([
    'ana@example.com',
    "o'hara+tag@mail.example.co.id",
    'admin@localhost',
    '1@2.3',
    ofLength(254),
  ])('is %s', (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  it.each([
    '',
    'ana',
    '@example.com',
    'ana@',
    'ana@example.com ',
    'Ana@example.com',
    'ana@@example.com',
    'ana@example..com',
    'ana@-example.com',
    'ana maria@example.com',
    'ana@exämple.com',
    'ana@example.com\nbcc: eve@example.com',
    `${'a'.repeat(65)}@example.com`,
    ofLength(255),
  ])('is not %j', (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });

  it.each([
    [' Ana@Example.COM\n', 'ana@example.com'],
    ['\u200bana\u00ad@exam\u200bple.com\ufeff', 'ana@example.com'],
    ['\u3000ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ana@example.com'],
    ['mailto:ana@example.com', 'ana@example.com'],
    ['<ana@example.com>', 'ana@example.com'],
    ['ana@example.com.', 'ana@example.com'],
    ['Ana+Shop@example.com', 'ana+shop@example.com'],
    ['a.na@example.com', 'a.na@example.com'],
    ['ana@MÜNCHEN.example', 'ana@xn--mnchen-3ya.example'],
    ['ana@mu\u0308nchen.example', 'ana@xn--mnchen-3ya.example'],
    ['ana@xn--mnchen-3ya.example', 'ana@xn--mnchen-3ya.example'],
    ['ana@例え。jp', 'ana@xn--r8jz45g.jp'],
    ['ana@نامه\u200cای.com', 'ana@xn--mgba3gch31f060k.com'],
  ])('%j is %s', (text, address) => {
    expect(toEmailAddress(text)).toBe(address);
    expect(toEmailAddress(address), 'again').toBe(address);
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    // The lower case of the Kelvin sign is the letter k, but it is in no address.
    'mi\u212ae@example.com',
    'ana@ex%61mple.ü.com',
    'ana@münchen .example',
    'ana@a\u200db.com',
    'ana maria@example.com',
    'ana@example.com@example.com',
    'ana@',
    '@',
    '',
  ])('%j is none in any spelling', (text) => {
    expect(isEmailAddress(toEmailAddress(text))).toBe(false);
  });
});

describe('an address for codes', () => {
  it.each(['ana@example.com', "!#$%&'*+/=?^_`{|}~-@example.museum", 'ana@xn--e1afmkfd.xn--p1ai'])(
    'can be %s',
    (address) => {
      expect(findEmailFault(address)).toBeUndefined();
    },
  );

  it.each([
    'ana',
    '@example.com',
    'ana@',
    'ana@localhost',
    'ana@example.c',
    'ana@127.0.0.1',
    'ana@example.123',
    'änn@example.com',
    'ana@example..com',
    'ana@-.com',
    `${'a'.repeat(65)}@example.com`,
    ofLength(255),
  ])('cannot be %j, and the reason repeats little of it', (text) => {
    const fault = findEmailFault(text);
    expect(fault).toMatch(/^must /);
    expect(fault?.length).toBeLessThan(100);
  });
});

it('a mailbox gets what is sent to any tag', () => {
  expect(mailboxOf('ana+shop+more@example.com')).toBe('ana@example.com');
  expect(mailboxOf('ana@example.com')).toBe('ana@example.com');
  expect(mailboxOf('+ana@example.com')).toBe('+ana@example.com');
});

it('a mask shows the first character and the domain, and is no address itself', () => {
  expect(maskEmailAddress('ana+shop@mail.example.com')).toBe('a•••@mail.example.com');
  expect(maskEmailAddress('a@example.com')).toBe('a•••@example.com');
  expect(isEmailAddress(maskEmailAddress('ana@example.com'))).toBe(false);
});
