import { describe, expect, it } from 'vitest';
import { measureSms } from '../../src/lib/sms-segments.ts';

describe('the size of an SMS', () => {
  it.each([
    ['the longest single one in GSM-7', 'a'.repeat(160), 'GSM-7', 1],
    ['one more', 'a'.repeat(161), 'GSM-7', 2],
    ['two full parts', 'a'.repeat(306), 'GSM-7', 2],
    ['three parts', 'a'.repeat(307), 'GSM-7', 3],
    ['characters that take two places', '€'.repeat(80), 'GSM-7', 1],
    ['one more of them', '€'.repeat(81), 'GSM-7', 2],
    ['accents of the alphabet', 'Validé à 10 h. Ñ Å Ü ß', 'GSM-7', 1],
    ['the longest single one in UCS-2', 'ş'.repeat(70), 'UCS-2', 1],
    ['one more of those', 'ş'.repeat(71), 'UCS-2', 2],
    ['two full parts in UCS-2', 'ş'.repeat(134), 'UCS-2', 2],
    ['emoji, which take two places', '👍'.repeat(35), 'UCS-2', 1],
    ['one more emoji', '👍'.repeat(36), 'UCS-2', 2],
  ])('is right for %s', async (_, text, encoding, segments) => {
    expect(await measureSms(text)).toEqual({ encoding, segments });
  });
});
