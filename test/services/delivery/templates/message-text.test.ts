import { describe, expect, it } from 'vitest';
import { languages } from '../../../../src/domain/delivery/locale.ts';
import type { MessageTemplate } from '../../../../src/domain/delivery/message-template.ts';
import { createLogger } from '../../../../src/lib/logger.ts';
import {
  createTextContext,
  type MessageFacts,
  writeMessage,
  writeText,
} from '../../../../src/services/delivery/templates/message-text.ts';

const FACTS = {
  code: '012345',
  ttlSeconds: 300,
  companyName: undefined,
  locale: 'en',
} as const;

const CTX = createTextContext({ listAll: async () => [] }, createLogger('silent'));

describe('a message', () => {
  it('says in Indonesian what the code is for, how long it lives and whom not to tell', () => {
    expect(writeMessage(CTX, { ...FACTS, locale: 'id' })).toBe(
      '012345 adalah kode verifikasi Anda. Berlaku 5 menit. Jangan berikan kode ini kepada siapa pun.',
    );
  });

  it('says in English what the code is for, how long it lives and whom not to tell', () => {
    expect(writeMessage(CTX, FACTS)).toBe(
      '012345 is your verification code. It is valid for 5 minutes. Do not share it with anyone.',
    );
  });

  it('names the sender in both', () => {
    const companyName = 'PT. Contoh';
    expect(writeMessage(CTX, { ...FACTS, companyName, locale: 'id' })).toContain(
      'kode verifikasi PT. Contoh Anda',
    );
    expect(writeMessage(CTX, { ...FACTS, companyName })).toContain(
      'your PT. Contoh verification code',
    );
  });

  it.each([
    [30, '30 seconds', '30 detik'],
    [60, '1 minute', '1 menit'],
    [90, '90 seconds', '90 detik'],
    [120, '2 minutes', '2 menit'],
    [600, '10 minutes', '10 menit'],
  ])('tells the true time of a code that lives %i seconds', (ttlSeconds, english, indonesian) => {
    expect(writeMessage(CTX, { ...FACTS, ttlSeconds })).toContain(`valid for ${english}.`);
    expect(writeMessage(CTX, { ...FACTS, ttlSeconds, locale: 'id' })).toContain(
      `Berlaku ${indonesian}.`,
    );
  });

  it.each([
    ['ru', 60, '1 минуту'],
    ['ru', 120, '2 минуты'],
    ['ru', 300, '5 минут'],
    ['uk', 180, '3 хвилини'],
    ['pl', 240, '4 minuty'],
    ['pl', 600, '10 minut'],
    ['ar', 60, 'دقيقة واحدة'],
    ['ar', 120, 'دقيقتين'],
    ['ar', 300, '5 دقائق'],
    ['ar', 90, '90 ثانية'],
    ['ro', 300, '5 minute'],
    ['ro', 30, '30 de secunde'],
    ['fr', 60, '1 minute.'],
    ['de', 300, '5 Minuten'],
  ] as const)('counts as %s does: %i seconds are %s', (locale, ttlSeconds, amount) => {
    expect(writeMessage(CTX, { ...FACTS, locale, ttlSeconds })).toContain(amount);
  });

  it.each(languages)('begins with the code and contains no other number (%s)', (locale) => {
    for (const companyName of [undefined, 'PT. Contoh', '7-Eleven']) {
      const text = writeMessage(CTX, { ...FACTS, companyName, locale });
      expect(text.match(/\d{4,}/g)).toEqual(['012345']);
      expect(text).toMatch(/^012345[ ,]/);
      expect(text).toContain(companyName ?? '5');
      expect(text).not.toMatch(/[{}]| {2}| [.,。،]|undefined/);
      // Three parts of an SMS in UCS-2, with the longest company.
      expect(
        writeMessage(CTX, { ...FACTS, locale, companyName: 'M'.repeat(60) }).length,
      ).toBeLessThan(201);
    }
  });

  it.each(languages)('names every duration that a code can have (%s)', (locale) => {
    for (let ttlSeconds = 30; ttlSeconds <= 600; ttlSeconds += 1) {
      const text = writeMessage(CTX, { ...FACTS, ttlSeconds, locale });
      const n = ttlSeconds % 60 === 0 ? ttlSeconds / 60 : ttlSeconds;
      if (n > 2) expect(text).toContain(String(n));
      expect(text).not.toMatch(/[{}]/);
    }
  });

  it.each(['ar', 'fa', 'he', 'ur'] as const)(
    'is read from right to left, with the code as it is (%s)',
    (locale) => {
      const text = writeMessage(CTX, { ...FACTS, companyName: 'd’Amour S.p.A.', locale });
      expect(text).toMatch(/^012345 [\p{Script=Arabic}\p{Script=Hebrew}]/u);
      expect(text).toContain('\u2068d’Amour S.p.A.\u2069');
      expect(writeMessage(CTX, { ...FACTS, companyName: 'شركة', locale })).not.toMatch(/\p{Cf}/u);
    },
  );
});

describe('the text for a channel', () => {
  const REQUEST: MessageFacts = { ...FACTS, accountId: 'shop', region: 'BR', locale: undefined };

  function contextOf(templates: readonly MessageTemplate[]) {
    const lines: string[] = [];
    const reads: string[] = [];
    const listAll = async (accountId: string) => {
      reads.push(accountId);
      return [...templates];
    };
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    return { lines, reads, ...createTextContext({ listAll }, logger) };
  }

  const at = (channel: string, locale: string) => ({
    ...{ channel, locale, text: `{{code}} ${channel} ${locale}` },
  });

  const write = (facts: Partial<MessageFacts>, templates: readonly MessageTemplate[] = []) =>
    writeText(contextOf(templates), { ...REQUEST, ...facts }, 'http');

  it.each([
    [undefined, 'BR', 'código de verificação'],
    ['pt-BR', 'ID', 'código de verificação'],
    ['es-419', 'ID', 'código de verificación'],
    ['en-GB', 'BR', 'verification code'],
    ['zh-HK', 'BR', '驗證碼'],
    // No text: the region decides, then English.
    ['sv', 'ID', 'kode verifikasi'],
    ['sv', 'SE', 'verification code'],
    [undefined, 'SE', 'verification code'],
    [undefined, 'AO', 'partilhe'],
    ['pt-PT', 'BR', 'partilhe'],
  ])('is the built-in one without templates: %s in %s', async (locale, region, words) => {
    expect(await write({ locale, region })).toContain(words);
  });

  it.each([
    [undefined, 'BR', [at('http', 'pt')], 'http pt'],
    [undefined, 'BR', [at('*', 'pt-BR'), at('http', 'pt')], '* pt-BR'],
    [undefined, 'BR', [at('whatsapp', 'pt-BR'), at('*', '*')], '* *'],
    // A language of the account's own.
    ['sv-SE', 'ID', [at('*', 'sv')], '* sv'],
    [undefined, 'SE', [at('*', 'sv')], '* sv'],
    [undefined, 'SE', [at('*', 'en')], '* en'],
    // A text in the language that was asked for comes before one in that of the region.
    ['en', 'BR', [at('http', 'pt')], 'verification code'],
    ['xx', 'BR', [at('http', 'pt')], 'http pt'],
    ['en', 'BR', [at('http', '*')], 'http *'],
  ])('is the most specific template: %s in %s', async (locale, region, templates, words) => {
    const text = await write({ locale, region }, templates);
    expect(text).toMatch(/^012345 /);
    expect(text).toContain(words);
  });

  it('costs one read of an account for many messages', async () => {
    const ctx = contextOf([at('*', '*')]);
    await Promise.all([1, 2, 3].map(() => writeText(ctx, REQUEST, 'http')));
    await writeText(ctx, REQUEST, 'whatsapp');
    expect(ctx.reads).toEqual(['shop']);
    ctx.knownTemplates.forget('shop');
    await writeText(ctx, { ...REQUEST, accountId: 'bank' }, 'http');
    await writeText(ctx, REQUEST, 'http');
    expect(ctx.reads).toEqual(['shop', 'bank', 'shop']);
  });

  it('is the built-in one if the templates cannot be read, which is logged without the code', async () => {
    const { lines, logger } = contextOf([]);
    const listAll = () => Promise.reject(new Error('the database is away'));
    const ctx = createTextContext({ listAll }, logger);
    expect(await writeText(ctx, REQUEST, 'http')).toContain('012345');
    expect(lines.join('')).toContain('the database is away');
    expect(lines.join('')).not.toContain('012345');
  });
});
