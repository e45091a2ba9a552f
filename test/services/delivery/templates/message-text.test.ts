import { describe, expect, it } from 'vitest';
import { writeMessage } from '../../../../src/services/delivery/templates/message-text.ts';

const FACTS = {
  code: '012345',
  ttlSeconds: 300,
  companyName: undefined,
  locale: 'en',
} as const;

describe('a message', () => {
  it('says in Indonesian what the code is for, how long it lives and whom not to tell', () => {
    expect(writeMessage({ ...FACTS, locale: 'id' })).toBe(
      '012345 adalah kode verifikasi Anda. Berlaku 5 menit. Jangan berikan kode ini kepada siapa pun.',
    );
  });

  it('says in English what the code is for, how long it lives and whom not to tell', () => {
    expect(writeMessage(FACTS)).toBe(
      '012345 is your verification code. It is valid for 5 minutes. Do not share it with anyone.',
    );
  });

  it('names the sender in both', () => {
    const companyName = 'PT. Contoh';
    expect(writeMessage({ ...FACTS, companyName, locale: 'id' })).toContain(
      'kode verifikasi PT. Contoh Anda',
    );
    expect(writeMessage({ ...FACTS, companyName })).toContain('your PT. Contoh verification code');
  });

  it.each([
    [30, '30 seconds', '30 detik'],
    [60, '1 minute', '1 menit'],
    [90, '90 seconds', '90 detik'],
    [120, '2 minutes', '2 menit'],
    [600, '10 minutes', '10 menit'],
  ])('tells the true time of a code that lives %i seconds', (ttlSeconds, english, indonesian) => {
    expect(writeMessage({ ...FACTS, ttlSeconds })).toContain(`valid for ${english}.`);
    expect(writeMessage({ ...FACTS, ttlSeconds, locale: 'id' })).toContain(
      `Berlaku ${indonesian}.`,
    );
  });

  it.each(['id', 'en'] as const)(
    'begins with the code and holds no other number (%s)',
    (locale) => {
      const text = writeMessage({ ...FACTS, companyName: 'PT. Contoh', locale });
      expect(text.match(/\d{4,}/g)).toEqual(['012345']);
      expect(text).toMatch(/^012345 /);
    },
  );
});
