import { describe, expect, it } from 'vitest';
import { findCodes, withoutOtherNumbers } from '../../support/leaks/spellings.ts';

const CODES = { 8: new Set(['01234567', '98765432']), 10: new Set(['0123456789', '9876543210']) };

describe.each([8, 10] as const)('a code of %i digits', (length) => {
  const codes = CODES[length];
  const [code = ''] = codes;

  it.each(['', 'a', 'ab', 'abc', 'abcd'])('is found after "%s" in every spelling', (before) => {
    for (const after of ['', ' is your code', '.', '00']) {
      const message = `${before}${code}${after}`;
      for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
        const spelled = Buffer.from(message).toString(encoding);
        for (const text of [spelled, `{"a":"${spelled}"}`]) {
          expect([encoding, after, findCodes(text, codes)]).toEqual([encoding, after, [code]]);
        }
      }
    }
  });

  it('is found behind other numbers', () => {
    const next = `+6281230000001${code} 1796126400000`;
    expect(findCodes(withoutOtherNumbers(next), codes)).toEqual([code]);
  });
});

it('is not found in a phone number, a time or a fraction', () => {
  const others = '+6281298765432 1798765432000 0.1298765432';
  expect(findCodes(others, CODES[8])).toEqual(['98765432']);
  expect(findCodes(withoutOtherNumbers(others), CODES[8])).toEqual([]);
});
