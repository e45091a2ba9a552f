import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import {
  type AccountCalls,
  createAccountCalls,
  createOperatorCalls,
} from '../../../support/http/account-calls.ts';
import type { Answer } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

type Entry = Readonly<Record<string, unknown>>;
type Client = { get(path: string): Promise<Answer> };

const encode = encodeURIComponent;
const maskOf = (number: string) => `${number.slice(0, 6)}****${number.slice(-4)}`;

onOneDatabase('the log pages on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  let shop: AccountCalls;

  beforeAll(async () => {
    h = await createHarness({
      dialect,
      env: { OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PREFIX_HOUR: '0' },
    });
    otp = createOtpCalls(h);
    shop = await createAccountCalls(h, 'shop');
  });
  afterAll(() => h.close());

  async function read(log: string, query = '', client: Client = h.client) {
    await h.activity.flush();
    const { status, body, raw } = await client.get(`/api/analytics/logs/${log}${query}`);
    if (status !== 200) throw new Error(`${log} was answered ${status}: ${raw}`);
    return body.data as { items: readonly Entry[]; nextCursor: string | null };
  }

  /** A number that somebody guessed at, wrongly and rightly. */
  async function useNumber() {
    const phoneNumber = nextNumber();
    const code = await otp.sendCode(phoneNumber, { purpose: 'payment', sessionId: 'desk' });
    await otp.verify(phoneNumber, wrongCodes(code, 1)[0] ?? '', { purpose: 'payment' });
    await otp.verify(phoneNumber, code, { purpose: 'payment' });
    return { phoneNumber, verificationId: (await otp.row(phoneNumber)).verificationId };
  }

  it('tell what happened, the newest first, page by page', async () => {
    const { phoneNumber, verificationId } = await useNumber();
    const about = `phoneNumber=${encode(phoneNumber)}`;
    const { items } = await read('activity', `?${about}`);
    expect(items.map(({ action, status }) => `${action} ${status}`)).toEqual([
      ...['otp_verify success', 'otp_verify error', 'otp_send success'],
    ]);
    expect(items[1]).toMatchObject({
      ...{ sessionId: 'desk', phoneNumber, messageId: null, errorMessage: 'otp_invalid' },
      ...{ details: 'wrong_code', durationMs: expect.any(Number) },
      requestData: {
        ...{ route: 'POST /api/otp/verify', purpose: 'payment' },
        phoneNumber: maskOf(phoneNumber),
      },
      responseData: { httpStatus: 400, code: 'otp_invalid', attemptsLeft: 2 },
    });
    expect(items[2]).toMatchObject({ verificationId, sessionId: 'desk', details: 'http' });
    expect(items[0]).not.toHaveProperty('accountId');
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await read('activity', `?${about}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(items.map(({ id }) => id));
  });

  it('tell of codes with their last delivery, and never of a digest', async () => {
    const { phoneNumber, verificationId } = await useNumber();
    await otp.send(phoneNumber);
    const query = `?phoneNumber=${encode(phoneNumber)}`;
    const { items } = await read('otp', query);
    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({
      ...{ verificationId, phoneNumber, purpose: 'payment', channel: 'http', sessionId: 'desk' },
      ...{ region: 'ID', status: 'verified', attempts: 2, maxAttempts: 3, deliveredAt: null },
      delivery: { channel: 'http', status: 'accepted', reason: null },
    });
    expect(JSON.stringify(items)).not.toContain('argon2');
    expect((await read('otp', `${query}&status=verified&sessionId=desk`)).items).toHaveLength(1);
    expect((await read('otp', `${query}&status=failed`)).items).toEqual([]);
  });

  it('tell of errors alone, and heed a range in a time zone', async () => {
    const { phoneNumber } = await useNumber();
    const about = `?phoneNumber=${encode(phoneNumber)}`;
    const { items } = await read('errors', about);
    expect(items.map(({ action }) => action)).toEqual(['otp_verify']);
    expect((await read('errors', `${about}&action=otp_verify`)).items).toHaveLength(1);
    expect((await read('errors', `${about}&action=api_call`)).items).toEqual([]);
    const today = new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Jakarta' }).format(h.now());
    const zone = 'timeZone=Asia/Jakarta';
    expect((await read('errors', `${about}&from=${today}&${zone}`)).items).toHaveLength(1);
    expect((await read('errors', `${about}&to=${today}&${zone}`)).items).toEqual([]);
  });

  it('mask numbers for those who may not write to people', async () => {
    const { phoneNumber } = await useNumber();
    const access = createAccessCalls(h);
    const keyOf = async (...scopes: string[]) =>
      access.as((await access.createKey({ scopes })).secret);
    const about = `?phoneNumber=${encode(phoneNumber)}`;
    const reader = await keyOf('analytics:read');
    const sender = await keyOf('analytics:read', 'otp:send');
    for (const log of ['activity', 'otp', 'errors']) {
      const masked = await read(log, '', reader);
      expect(masked.items.map((one) => one['phoneNumber'])).toContain(maskOf(phoneNumber));
      expect(JSON.stringify(masked)).not.toContain(phoneNumber);
      expect((await read(log, about, sender)).items[0]?.['phoneNumber']).toBe(phoneNumber);
    }
  });

  it('are searched for a recipient only by those who see recipients, and by operators', async () => {
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['analytics:read'] });
    const { phoneNumber } = await useNumber();
    const operator = await createOperatorCalls(h);
    for (const filter of [`phoneNumber=${encode(phoneNumber)}`, 'email=ann@example.com']) {
      for (const path of ['logs/activity', 'logs/otp', 'logs/errors', 'export']) {
        const ask = (client: Client, more = '') =>
          client.get(`/api/analytics/${path}?${filter}${more}`);
        // Otherwise the hidden digits could be found by trying: a guess that is right has entries.
        const { status, body } = await ask(access.as(secret));
        expect([path, status, body.code]).toEqual([path, 403, 'forbidden']);
        expect((await ask(h.client)).status).toBe(200);
        expect((await ask(operator, '&accountId=default')).status).toBe(200);
      }
    }
  });

  it('show each account its own, and no part of it to a key that is held to one', async () => {
    const phoneNumber = nextNumber();
    await shop.otp.sendCode(phoneNumber);
    const about = `?phoneNumber=${encode(phoneNumber)}`;
    for (const log of ['activity', 'otp']) {
      expect((await read(log, about)).items).toEqual([]);
      expect((await read(log, '?accountId=shop')).items).toEqual([]);
      expect((await read(log, about, shop.client)).items.length).toBeGreaterThan(0);
    }
    const access = createAccessCalls(h);
    const held = await access.createKey({ scopes: ['analytics:read'], purposes: ['login'] });
    for (const path of ['logs/activity', 'logs/otp', 'logs/errors', 'export']) {
      const { status, body } = await access.as(held.secret).get(`/api/analytics/${path}`);
      expect([path, status, body.code]).toEqual([path, 403, 'forbidden']);
    }
  });

  it('show operators all accounts, and filter when they name one', async () => {
    const phoneNumber = nextNumber();
    await shop.otp.sendCode(phoneNumber, { sessionId: 'desk' });
    await useNumber();
    const operator = await createOperatorCalls(h);
    const { items } = await read('otp', '', operator);
    expect(new Set(items.map(({ accountId }) => accountId))).toEqual(new Set(['default', 'shop']));
    const of = `?accountId=shop&sessionId=desk&phoneNumber=${encode(phoneNumber)}`;
    expect((await read('otp', of, operator)).items).toMatchObject([
      { accountId: 'shop', sessionId: 'shop~desk', phoneNumber: maskOf(phoneNumber) },
    ]);
    for (const path of ['activity?action=otp_send', 'otp?from=2026-01-01', 'errors']) {
      const { status, body } = await operator.get(`/api/analytics/logs/${path}`);
      expect([path, status]).toEqual([path, 400]);
      expect(body.errors?.[0]?.path).toBe('accountId');
    }
  });

  it('refuse what they do not know', async () => {
    const bad = [
      ...['limit=501', 'cursor=abc', 'cursor=aWQ6MQ', 'status=sent', 'from=yesterday'],
      ...['phoneNumber=12', 'action=DROP', 'timeZone=Mars', 'colour=red', 'sessionId=a~b'],
      ...['from=2026-03-02&to=2026-03-01', 'from=2026-03-01&to=2026-03-01'],
    ];
    for (const query of bad) {
      const { status } = await h.client.get(`/api/analytics/logs/activity?${query}`);
      expect([query, status]).toEqual([query, 400]);
    }
    for (const query of [
      'log=usage',
      'log=otp&action=api_call',
      'log=otp&status=error',
      'limit=5',
    ]) {
      const { status } = await h.client.get(`/api/analytics/export?${query}`);
      expect([query, status]).toEqual([query, 400]);
    }
  });
});
