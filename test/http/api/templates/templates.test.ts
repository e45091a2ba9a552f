import { afterAll, beforeAll, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { type AccountCalls, createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inParallel, tally } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const TEXT = 'Gunakan {{code}} di {{company}}, berlaku {{minutes}} menit.';

onEveryDatabase('message templates on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let shop: AccountCalls;
  let bank: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { OTP_CHANNELS: 'http,console' } });
    shop = await createAccountCalls(h, 'shop');
    bank = await createAccountCalls(h, 'bank');
  });
  afterAll(() => h.close());

  const at = (channel: string, locale: string) => `/api/templates/${channel}/${locale}`;
  const put = ({ client }: AccountCalls, target: string, text: unknown) =>
    client.put(`/api/templates/${target}`, { text });

  /** The text that a number gets from an account. */
  async function textFrom(
    { otp }: AccountCalls,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const phoneNumber = nextNumber();
    expect((await otp.send(phoneNumber, fields)).status).toBe(200);
    return otp.messagesTo(phoneNumber).at(-1)?.text ?? '';
  }

  itOnOne('replace the built-in text at once, until they are deleted', async () => {
    const companyName = 'Kopi & Roti';
    expect(await textFrom(shop, { companyName })).toContain('adalah kode verifikasi Kopi & Roti');
    const saved = await put(shop, '*/id', TEXT);
    expect(saved.body.data).toMatchObject({ channel: '*', locale: 'id', text: TEXT });
    expect(await textFrom(shop, { companyName })).toMatch(
      /^Gunakan \d{6} di Kopi & Roti, berlaku 5 menit\.$/,
    );
    await put(shop, 'http/id', 'HTTP {{code}}');
    expect(await textFrom(shop)).toMatch(/^HTTP \d{6}$/);
    await put(shop, 'http/id', 'http: {{ code }}');
    expect(await textFrom(shop)).toMatch(/^http: \d{6}$/);
    for (const target of ['http/id', '*/id']) {
      expect((await shop.client.delete(`/api/templates/${target}`)).status).toBe(200);
    }
    expect(await textFrom(shop)).toContain('adalah kode verifikasi');
  });

  it('are saved once when several callers save at the same time', async () => {
    const saved = await inParallel(10, (index) => put(shop, '*/de', `{{code}} ${index}`));
    expect(tally(saved)).toEqual({ 200: 10 });
    const listed = await shop.client.get('/api/templates');
    const items = listed.body.data?.['items'] as { locale: string }[];
    expect(items.filter(({ locale }) => locale === 'de')).toHaveLength(1);
    await shop.client.delete(at('*', 'de'));
  });

  itOnOne('are for one channel, and another channel keeps its own text', async () => {
    await put(shop, 'console/*', 'Terminal {{code}}');
    expect(await textFrom(shop)).toContain('adalah kode verifikasi');
    const phoneNumber = nextNumber();
    await shop.otp.send(phoneNumber, { channel: 'console' });
    const printed = h.printed.filter((line) => line.includes(phoneNumber));
    expect(printed.join()).toMatch(/Terminal \d{6}/);
    await shop.client.delete(at('console', '*'));
  });

  itOnOne('apply to the language of a request, in any case of letters', async () => {
    await put(shop, 'http/PT-br', 'Use {{code}}');
    expect((await shop.client.get(at('http', 'pt-BR'))).body.data).toMatchObject({
      locale: 'pt-BR',
    });
    expect(await textFrom(shop, { locale: 'PT-BR' })).toMatch(/^Use \d{6}$/);
    expect(await textFrom(shop, { locale: 'pt' })).toContain('código de verificação');
    const phoneNumber = nextNumber();
    await shop.otp.send(phoneNumber, { locale: 'pt-br' });
    expect(shop.otp.messagesTo(phoneNumber).at(-1)).toMatchObject({ locale: 'pt-BR' });
    await shop.client.delete(at('http', 'pt-BR'));
  });

  itOnOne('belong to one account', async () => {
    await put(shop, 'http/en', 'Shop {{code}}');
    expect((await bank.client.get(at('http', 'en'))).body.code).toBe('not_found');
    expect((await bank.client.delete(at('http', 'en'))).body.code).toBe('not_found');
    expect((await bank.client.get('/api/templates')).body.data).toEqual({
      ...{ items: [], nextCursor: null },
    });
    await put(bank, 'http/en', 'Bank {{code}}');
    expect(await textFrom(shop, { locale: 'en' })).toMatch(/^Shop \d{6}$/);
    expect(await textFrom(bank, { locale: 'en' })).toMatch(/^Bank \d{6}$/);
    await bank.client.delete(at('http', 'en'));
    expect((await shop.client.get(at('http', 'en'))).status).toBe(200);
    await shop.client.delete(at('http', 'en'));
  });

  itOnOne('are listed in pages, newest first', async () => {
    for (const locale of ['de', 'en', 'fr']) await put(bank, `*/${locale}`, '{{code}}');
    const first = await bank.client.get('/api/templates?limit=2');
    const { items, nextCursor } = first.body.data as {
      items: { locale: string }[];
      nextCursor: string;
    };
    expect(items.map(({ locale }) => locale)).toEqual(['fr', 'en']);
    const rest = await bank.client.get(`/api/templates?limit=2&cursor=${nextCursor}`);
    expect(rest.body.data).toMatchObject({ items: [{ locale: 'de' }], nextCursor: null });
  });

  itOnOne('show an example and the size of the longest message', async () => {
    const preview = (text: string) => shop.client.post('/api/templates/preview', { text });
    expect((await preview(TEXT)).body.data).toEqual({
      text: TEXT,
      example: 'Gunakan 123456 di Kopi & Roti, berlaku 5 menit.',
      ...{ encoding: 'GSM-7', segments: 1 },
    });
    const long = `{{code}} {{company}} ${'x'.repeat(100)}`;
    expect((await preview(long)).body.data).toMatchObject({ encoding: 'GSM-7', segments: 2 });
    expect((await preview('{{code}} şimdi')).body.data).toMatchObject({ encoding: 'UCS-2' });
    expect((await preview('{{kode}}')).body.errors?.[0]?.path).toBe('text');
    expect((await shop.client.get('/api/templates')).body.data?.['items']).toEqual([]);
  });

  itOnOne.each([
    ['without a code', 'http/en', 'Your code', 'text', 'required'],
    ['with an unknown placeholder', 'http/en', '{{code}} {{name}}', 'text', 'invalid_value'],
    ['with a link', 'http/en', '{{code}} evil.example', 'text', 'invalid'],
    ['with 1001 characters', 'http/en', `{{code}}${'x'.repeat(993)}`, 'text', 'too_long'],
    ['without a text', 'http/en', undefined, 'text', 'required'],
    ['that is no text', 'http/en', 5, 'text', 'invalid_type'],
    ['for an unknown channel', 'pigeon/en', '{{code}}', 'channel', 'invalid_value'],
    ['for no language', 'http/pt_BR', '{{code}}', 'locale', 'invalid_format'],
  ])('are refused %s', async (_, target, text, path, code) => {
    const { status, body } = await put(shop, target, text);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.[0]).toMatchObject({ path, code });
  });

  itOnOne('are changed by no key that is restricted to a part of the account', async () => {
    const held = await createAccountCalls(h, 'shop', { restrictions: { purposes: ['login'] } });
    expect((await put(held, 'http/en', '{{code}}')).body.code).toBe('forbidden');
    await put(shop, 'http/en', '{{code}}');
    expect((await held.client.delete(at('http', 'en'))).body.code).toBe('forbidden');
    expect((await shop.client.delete(at('http', 'en'))).status).toBe(200);
  });

  itOnOne('leave no code in the database or the log', async () => {
    await put(shop, '*/*', 'Token {{code}}');
    const text = await textFrom(shop);
    const [, code = ''] = /(\d{6})/.exec(text) ?? [];
    expect(code).not.toBe('');
    const tables = ['message_templates', 'activity_logs', 'otp_logs', 'deliveries'];
    expect(await dumpTables(h, tables)).not.toMatch(
      new RegExp(`(?<!\\d)${code}(?!\\d)|Token ${code}`),
    );
    expect(h.logLines.join('')).not.toContain(`Token ${code}`);
    await shop.client.delete(at('*', '*'));
  });

  itOnOne('are in the activity log, without their texts', async () => {
    await put(shop, 'http/it', 'Secret sauce {{code}}');
    await shop.client.delete(at('http', 'it'));
    await h.activity.flush();
    const rows = await h.database.models.ActivityLog.findAll({
      where: { accountId: 'shop', action: 'template_change' },
    });
    expect(rows.map(({ details }) => details).slice(-2)).toEqual([
      ...['http it: saved', 'http it: removed'],
    ]);
    expect(await dumpTables(h, ['activity_logs'])).not.toContain('Secret sauce');
  });
});
