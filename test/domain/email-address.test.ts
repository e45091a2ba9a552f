import { describe, expect, it } from 'vitest';
import { isEmailAddress, toEmailAddress } from '../../src/domain/email-address.ts';

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

  it('has one spelling', () => {
    expect(toEmailAddress(' Ana@Example.COM\n')).toBe('ana@example.com');
  });
});
