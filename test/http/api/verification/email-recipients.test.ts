import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import type { Answer } from '../../../support/http/client.ts';
import {
  createEmailCalls,
  createMailHarness,
  type EmailCalls,
  type MailServer,
  nextAddress,
} from '../../../support/http/email-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { wrongCodes } from '../../../support/http/otp-calls.ts';

onOneDatabase('an email address as a recipient on %s', (dialect) => {
  let h: Harness;
  let mail: MailServer;
  let email: EmailCalls;
  beforeAll(async () => {
    ({ h, mail } = await createMailHarness({
      dialect,
      env: { ALLOWED_REGIONS: 'ID', OTP_CHANNELS: 'http,email', LIMIT_FAILURES_PER_KEY_HOUR: '0' },
    }));
    email = createEmailCalls(h, mail);
  });
  afterAll(() => h.close());

  const access = () => createAccessCalls(h);
  const callsOf = (secret: string) =>
    createEmailCalls({ ...h, client: { ...h.client, ...access().as(secret) } }, mail);
  const at = (address: string) => `/api/recipients/${encodeURIComponent(address)}`;

  it('gets a message in the language of the request, or in English', async () => {
    const [asked, silent] = [nextAddress(), nextAddress()];
    await email.send(asked, { locale: 'de' });
    await email.send(silent);
    expect(email.mailsTo(asked)[0]?.content).toMatch(/Minuten/);
    expect(email.mailsTo(silent)[0]?.content).toMatch(/minutes/);
  });

  it('is not the recipient if there is a number, as ever', async () => {
    const address = nextAddress();
    const phoneNumber = '+6281234567801';
    const fields = { phoneNumber, channel: 'email' };
    const sent = await email.send(address.toUpperCase(), fields);
    expect(sent.body.data).toMatchObject({ phoneNumber, channel: 'email' });
    expect(Object.keys(sent.body.data ?? {})).not.toContain('email');
    const code = email.codeFor(address);
    expect((await email.verify(address, code)).body.code).toBe('otp_invalid');
    const right = await h.client.post('/api/otp/verify', { phoneNumber, otp: code });
    expect(right.body.data).toEqual(expect.objectContaining({ phoneNumber }));
    expect(right.body.data).not.toHaveProperty('recipientKind');
  });

  it('is only reached by channels that send to email addresses', async () => {
    const address = nextAddress();
    for (const [fields, path] of [
      [{ channel: 'http' }, 'channel'],
      [{ workflow: [{ channel: 'email' }, { channel: 'http' }] }, 'workflow.1.channel'],
    ] as const) {
      const { status, body } = await email.send(address, fields);
      expect([status, body.code, body.errors]).toEqual([
        400,
        'validation_failed',
        [{ path, code: 'invalid_value', message: expect.stringContaining('email') }],
      ]);
      const isAsync = { prefer: 'respond-async' };
      const later = await h.client.post('/api/otp/send', { email: address, ...fields }, isAsync);
      expect(later.status, 'without waiting').toBe(400);
    }
    expect(await email.rows(address)).toEqual([]);
    expect((await email.send(address)).status, 'no limit has counted it').toBe(200);
    const named = { workflow: [{ channel: 'email' }] };
    expect((await email.send(nextAddress(), named)).status).toBe(200);
  });

  it('is reached by a step of the workflow of its account, or else not at all', async () => {
    const { client } = await createAccountCalls(h, 'cafe');
    const cafe = createEmailCalls({ ...h, client }, mail);
    const save = (...channels: string[]) =>
      client.put('/api/accounts/cafe/workflow', {
        workflow: channels.map((channel) => ({ channel })),
      });
    await save('http');
    const { status, body } = await cafe.send(nextAddress());
    expect([status, body.errors]).toEqual([
      400,
      [{ path: 'email', code: 'invalid_value', message: expect.stringContaining('`channel`') }],
    ]);
    expect((await cafe.send(nextAddress(), { channel: 'email' })).status).toBe(200);
    await save('http', 'email');
    expect((await cafe.send(nextAddress())).body.data?.['channel']).toBe('email');
  });

  it.each([
    '',
    'ann',
    '@example.com',
    'ann@',
    'ann@example',
    'ann@127.0.0.1',
    'ann@[127.0.0.1]',
    'ann smith@example.com',
    'ann@example.com, eve@example.com',
    'ann@example.com\nbcc: eve@example.com',
    'ann@@example.com',
    'änn@example.com',
    'ann@exa mple.com',
    `${'a'.repeat(65)}@example.com`,
    `ann@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(59)}.com`,
    `${'a'.repeat(400)}@example.com`,
  ])('must be one that mail can be sent to, and not %j', async (address) => {
    for (const action of ['send', 'resend', 'unlock', 'expire', 'next']) {
      const { status, body } = await h.client.post(`/api/otp/${action}`, { email: address });
      expect([action, status, body.code, body.errors?.[0]?.path]).toEqual([
        ...[action, 400, 'validation_failed', 'email'],
      ]);
    }
    const checked = await email.verify(address, '123456');
    expect([checked.status, checked.body.errors?.[0]?.path]).toEqual([400, 'email']);
    if (!address.includes('@')) return;
    for (const path of [`/api/otp/status/${encodeURIComponent(address)}`, at(address)]) {
      const { status, body } = await h.client.get(path);
      expect([path, status, body.code]).toEqual([path, 400, 'validation_failed']);
    }
  });

  it('is named alone, or with an id, but not with a number', async () => {
    const address = nextAddress();
    const both = { phoneNumber: '081234567890', email: address };
    for (const [action, fields] of [
      ['verify', { otp: '123456' }],
      ['expire', {}],
      ['next', {}],
      ['unlock', {}],
    ] as const) {
      const conflict = await h.client.post(`/api/otp/${action}`, { ...both, ...fields });
      expect([action, conflict.body.errors?.[0]?.code]).toEqual([action, 'conflict']);
      const none = await h.client.post(`/api/otp/${action}`, fields);
      expect([action, none.body.errors?.[0]?.code]).toEqual([action, 'required']);
    }
    const none = await h.client.post('/api/otp/send', {});
    expect(none.body.errors).toEqual([
      { path: 'phoneNumber', code: 'required', message: expect.stringContaining('email') },
    ]);
    const inNumber = await h.client.post('/api/otp/send', { phoneNumber: address });
    expect([inNumber.body.code, inNumber.body.message]).toEqual([
      'invalid_phone',
      expect.stringContaining('`email`'),
    ]);
    const query = `phoneNumber=081234567890&email=${address}`;
    const search = await h.client.get(`/api/analytics/logs/otp?${query}`);
    expect(search.body.errors?.[0]).toMatchObject({ path: 'email', code: 'conflict' });
  });

  it('A15: gets one answer, whether its code is unknown, wrong, expired or used', async () => {
    const look = ({ status, headers, body }: Answer) => {
      return { status, headers: Object.keys(headers).sort(), body: { ...body, requestId: '' } };
    };
    const [unknown, wrong, used, expired] = [0, 1, 2, 3].map(nextAddress) as string[];
    const answers = [await email.verify(unknown ?? '', '123456')];
    const code = await email.sendCode(wrong ?? '');
    answers.push(await email.verify(wrong ?? '', wrongCodes(code, 1)[0] ?? ''));
    const usedCode = await email.sendCode(used ?? '');
    await email.verify(used ?? '', usedCode);
    answers.push(await email.verify(used ?? '', usedCode));
    const expiredCode = await email.sendCode(expired ?? '');
    h.advance(301);
    answers.push(await email.verify(expired ?? '', expiredCode));
    const looks = answers.map(look);
    expect(looks).toEqual(looks.map(() => looks[0]));
    expect(looks[0]?.body).toMatchObject({ code: 'otp_invalid', attemptsLeft: 2 });
  });

  it('is no test number, so a test key does not reach it', async () => {
    const { secret } = await access().createKey({
      scopes: ['otp:send', 'otp:verify'],
      mode: 'test',
    });
    const test = callsOf(secret);
    const address = nextAddress();
    for (const answer of [await test.send(address), await test.verify(address, '123456')]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
    expect(email.mailsTo(address)).toEqual([]);
  });

  it('may be used with a key that is restricted to regions, which it does not have', async () => {
    const { secret } = await access().createKey({
      scopes: ['otp:send', 'otp:verify'],
      regions: ['SG'],
    });
    const regional = callsOf(secret);
    const address = nextAddress();
    const first = await regional.send(address);
    expect(first.status).toBe(200);
    h.advance(61);
    const again = await regional.resend(address);
    expect(again.body.data?.['verificationId']).toBe(first.body.data?.['verificationId']);
    expect((await regional.verify(address, email.codeFor(address))).status).toBe(200);
  });
});

describe('an email address without a channel for it', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await createHarness();
  });
  afterAll(() => h.close());

  it('is refused before anything is counted, with what to do', async () => {
    const { status, body } = await h.client.post('/api/otp/send', { email: nextAddress() });
    expect([status, body.code, body.errors]).toEqual([
      400,
      'validation_failed',
      [{ path: 'email', code: 'invalid_value', message: expect.stringContaining('OTP_CHANNELS') }],
    ]);
    expect(await h.database.models.OTPLog.count()).toBe(0);
    const named = await h.client.post('/api/otp/send', { email: nextAddress(), channel: 'http' });
    expect(named.body.errors?.[0]).toMatchObject({ path: 'channel', code: 'invalid_value' });
  });
});
