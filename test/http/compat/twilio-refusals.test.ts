import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccessCalls } from '../../support/http/access-calls.ts';
import { createAccountCalls } from '../../support/http/account-calls.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createTwilioCalls, refusalOf, type TwilioCalls } from '../../support/http/twilio-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const nextNumber = createPhoneNumbers();
let h: Harness;
let t: TwilioCalls;

beforeAll(async () => {
  h = await createHarness({ env: { ALLOWED_REGIONS: 'ID', LIMIT_WRONG_KEYS_PER_IP_MINUTE: '0' } });
  t = await createTwilioCalls(h, API_KEY);
});
afterAll(() => h.close());

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const owner = () => basic(t.accountSid, API_KEY);

type Wanted = { readonly method?: string; readonly path: string; readonly body?: string };

/** Calls as no library does, and reads the answer as Twilio's libraries read a failure. */
async function call({ method = 'POST', path, body }: Wanted, headers: Record<string, string>) {
  const init = body === undefined ? { method, headers } : { method, headers, body };
  const answer = await fetch(`${h.url}${path}`, init);
  const failure = (await answer.json()) as Readonly<Record<string, unknown>>;
  return { status: answer.status, headers: answer.headers, failure };
}

describe('every failure under /v2 has the format of Twilio', () => {
  const at = (rest: string) => `/v2/Services/${t.serviceSid}/${rest}`;
  const long = `To=${'1'.repeat(17_000)}`;
  const cases: readonly (readonly [
    string,
    number,
    number,
    () => [Wanted, Record<string, string>],
  ])[] = [
    ['no credentials', 401, 20003, () => [{ method: 'GET', path: '/v2/Services' }, {}]],
    [
      ...(['a wrong key', 401, 20003] as const),
      () => [{ method: 'GET', path: '/v2/Services' }, basic(t.accountSid, 'not-the-token')],
    ],
    [
      ...(['the SID of another account', 401, 20003] as const),
      () => [{ method: 'GET', path: '/v2/Services' }, basic(`AC${'0'.repeat(32)}`, API_KEY)],
    ],
    ['an unknown path', 404, 20404, () => [{ method: 'GET', path: '/v2/Nothing' }, owner()]],
    ['the root', 404, 20404, () => [{ method: 'GET', path: '/v2' }, owner()]],
    ['another method', 405, 20004, () => [{ method: 'PUT', path: '/v2/Services' }, owner()]],
    [
      ...(['a body that is too long', 413, 20413] as const),
      () => [
        { path: at('Verifications'), body: long },
        { ...owner(), ...FORM },
      ],
    ],
    [
      ...(['a body of another type', 415, 20415] as const),
      () => [
        { path: at('Verifications'), body: '<xml/>' },
        { ...owner(), 'content-type': 'text/xml' },
      ],
    ],
    [
      ...(['broken JSON', 400, 60200] as const),
      () => [
        { path: at('Verifications'), body: '{' },
        { ...owner(), 'content-type': 'application/json' },
      ],
    ],
    [
      ...(['a field that is missing', 400, 60200] as const),
      () => [
        { path: at('Verifications'), body: 'Channel=sms' },
        { ...owner(), ...FORM },
      ],
    ],
  ];

  it.each(cases)('%s: %i %i', async (_, status, code, ask) => {
    const answer = await call(...ask());
    expect(answer.status).toBe(status);
    expect(answer.failure).toEqual({
      ...{ code, status, message: expect.any(String) },
      more_info: `https://www.twilio.com/docs/errors/${code}`,
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  it('a fault that no one foresaw: 500 20500, without its details', async () => {
    const other = await createHarness();
    const calls = await createTwilioCalls(other, API_KEY);
    await other.database.statements.change('DROP TABLE "verify_services"', []);
    expect(await refusalOf(calls.send(nextNumber()))).toBe('500 20500');
    expect(JSON.stringify(calls.latest())).not.toContain('verify_services');
    await other.close();
  });
});

describe('a refused send', () => {
  it.each([
    ['a number that is none', { to: '+1555' }, '400 60200', 'Invalid parameter `To`:'],
    ['an unknown channel', { channel: 'pigeon' }, '400 60200', 'Invalid parameter `Channel`:'],
    ['a channel without a provider', { channel: 'call' }, '400 60223', 'call'],
    ['WhatsApp that is not enabled', { channel: 'whatsapp' }, '400 60223', 'whatsapp'],
    ['a region that is not served', { to: '+14155550123' }, '403 60605', 'US'],
    ['an amount', { amount: '39.99' }, '400 60200', 'Invalid parameter `Amount`:'],
    [
      'a code of the caller',
      { customCode: '123456' },
      '400 60200',
      'Invalid parameter `CustomCode`:',
    ],
    ['a wrong language', { locale: 'not a tag' }, '400 60200', 'Invalid parameter `Locale`:'],
    ['a wrong address', { deviceIp: 'home' }, '400 60200', 'Invalid parameter `DeviceIp`:'],
  ])('for %s names it', async (_, fields, refusal, words) => {
    const { to = nextNumber(), ...others } = fields as { readonly to?: string };
    expect(await refusalOf(t.send(to, others))).toBe(refusal);
    expect(t.latest()['message']).toContain(words);
  });

  it('is 503 with the time to wait while no channel works, and counts nothing', async () => {
    const to = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(503).end());
    for (let sends = 0; sends < 7; sends += 1) {
      expect(await refusalOf(t.send(to))).toMatch(/^503 20503$/);
    }
    h.gateway.behaveLike();
    expect((await t.send(to)).status).toBe('pending');
  });

  it('ignores fields that it does not know', async () => {
    const to = nextNumber();
    const body = new URLSearchParams({ To: to, Channel: 'SMS', Tags: '{}', NewField: 'x' });
    const path = `/v2/Services/${t.serviceSid}/Verifications`;
    const answer = await call({ path, body: body.toString() }, { ...owner(), ...FORM });
    expect(answer.status).toBe(201);
  });
});

describe('DeviceIp', () => {
  it('is counted as the address of the end user', async () => {
    await t.send(nextNumber(), { deviceIp: '198.51.100.7' });
    const counters = await h.database.statements.select(
      `SELECT "limitKey" FROM "rate_limits" WHERE "limitKey" LIKE 'otp-send-ip-hour|%'`,
      [],
    );
    expect(JSON.stringify(counters)).toContain('198.51.100.7');
  });
});

describe('credentials of /v2', () => {
  it('are also the SID of a key with the key, which stays when the key is rotated', async () => {
    const access = createAccessCalls(h);
    const key = await access.createKey({ scopes: ['otp:send', 'otp:verify', 'keys:manage'] });
    const calls = await createTwilioCalls(h, key.secret);
    const as = (user: string, password: string) =>
      calls
        .connect({ accountSid: t.accountSid, user, password })
        .verify.v2.services(t.serviceSid)
        .verifications.create({ to: nextNumber(), channel: 'sms' });
    expect(await as(calls.apiKeySid, key.secret)).toMatchObject({ accountSid: t.accountSid });
    expect(await refusalOf(as(calls.apiKeySid, API_KEY))).toBe('401 20003');
    const next = await access.as(key.secret).keys.rotate(key.keyId);
    const secret = String(next.body.data?.['secret']);
    expect(await as(calls.apiKeySid, secret)).toMatchObject({ status: 'pending' });
  });

  it('of one account do not reach another', async () => {
    const bank = await createAccountCalls(h, 'bank');
    const b = await createTwilioCalls(h, bank.secret);
    expect([b.accountSid, b.serviceSid]).not.toEqual([t.accountSid, t.serviceSid]);
    const to = nextNumber();
    const sent = await t.send(to);
    const code = h.gateway.codeFor(to);
    const [attempt] = sent.sendCodeAttempts;
    const foreign = b.client.verify.v2.services(t.serviceSid);
    const { rateLimits } = t.service;
    const limit = await rateLimits.create({ uniqueName: 'of_ours' });
    await t.client.verify.v2.safelist.create({ phoneNumber: to });
    const calls = [
      () => foreign.fetch(),
      () => foreign.verifications.create({ to, channel: 'sms' }),
      () => foreign.verifications(sent.sid).fetch(),
      () => foreign.verifications(sent.sid).update({ status: 'canceled' }),
      () => foreign.verificationChecks.create({ to, code }),
      () => foreign.rateLimits.list(),
      () => b.service.verifications(sent.sid).fetch(),
      () => b.service.verifications(to).fetch(),
      () => b.service.verifications(sent.sid).update({ status: 'approved' }),
      () => b.service.verificationChecks.create({ verificationSid: sent.sid, code }),
      () => b.check(to, code),
      () => b.service.rateLimits(limit.sid).fetch(),
      () => b.service.rateLimits(limit.sid).remove(),
      () => b.client.verify.v2.verificationAttempts(attempt?.attempt_sid ?? '').fetch(),
      () => b.client.verify.v2.safelist(to).fetch(),
      () => b.client.verify.v2.safelist(to).remove(),
    ];
    for (const one of calls) expect(await refusalOf(one())).toBe('404 20404');
    expect(
      await b.client.verify.v2.verificationAttempts.list({ verificationSid: sent.sid }),
    ).toEqual([]);
    const withOurSid = b.connect({
      accountSid: t.accountSid,
      user: t.accountSid,
      password: bank.secret,
    });
    expect(await refusalOf(withOurSid.verify.v2.services.list())).toBe('401 20003');
    expect((await t.check(to, code)).status).toBe('approved');
  });

  it('of a key for one purpose open the service with it, and no other', async () => {
    const access = createAccessCalls(h);
    const made = await t.client.verify.v2.services.create({ friendlyName: 'Own' });
    const settings = await h.client.get('/api/compat/twilio');
    const services = settings.body.data?.['services'] as { sid: string; purpose: string }[];
    const purpose = services.find(({ sid }) => sid === made.sid)?.purpose;
    const key = await access.createKey({ scopes: ['*'], purposes: [purpose] });
    const calls = await createTwilioCalls(h, key.secret);
    const own = calls.client.verify.v2.services(made.sid);
    const to = nextNumber();
    expect((await own.verifications.create({ to, channel: 'sms' })).status).toBe('pending');
    expect(await refusalOf(calls.send(nextNumber()))).toBe('403 20403');
    expect(await refusalOf(calls.client.verify.v2.verificationAttempts.list())).toBe('403 20403');
    const ofService = calls.client.verify.v2.verificationAttempts.list({
      verifyServiceSid: made.sid,
    });
    expect(await ofService).toHaveLength(1);
  });

  it('of a key that only reads figures show no whole number', async () => {
    const to = nextNumber();
    const { sid } = await t.send(to);
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['analytics:read'] });
    const connected = t.connect({ accountSid: t.accountSid, user: t.accountSid, password: secret });
    const attempts = connected.verify.v2.verificationAttempts;
    expect(await attempts.list({ verificationSid: sid })).toHaveLength(1);
    expect(JSON.stringify(t.latest())).not.toContain(to.slice(1));
    expect(JSON.stringify(t.latest())).toContain(to.slice(-4));
    // Otherwise the hidden digits could be found by trying.
    const ask = async (key: string, query: string) => {
      const path = `/v2/Attempts?${query}`;
      return (await call({ method: 'GET', path }, basic(t.accountSid, key))).status;
    };
    const number = encodeURIComponent(to);
    for (const hidden of [`ChannelData.To=${number}`, `DestinationPrefix=${to.slice(1, 7)}`]) {
      expect([await ask(secret, hidden), await ask(API_KEY, hidden)]).toEqual([403, 200]);
    }
    expect(await ask(secret, `DestinationPrefix=${to.slice(1, 6)}`)).toBe(200);
  });

  it('protect purposes that the native API does not send codes for', async () => {
    const { body } = await h.client.post('/api/otp/send', {
      ...{ phoneNumber: nextNumber(), purpose: 'tw-0123456789ab' },
    });
    expect(body.errors?.map(({ path }) => path)).toEqual(['purpose']);
  });
});
