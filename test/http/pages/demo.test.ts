import { describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const NO_COOLDOWN = { OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PREFIX_HOUR: '0' };

/** As the page calls its own backend: no key. */
function createDemoCalls(h: Harness) {
  const post = (path: string, body: unknown) =>
    h.client.call({
      method: 'POST',
      path: `/demo/${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    post,
    send: (phoneNumber: string) => post('send', { phoneNumber, locale: 'en' }),
    verify: (verificationId: unknown, otp: string) => post('verify', { verificationId, otp }),
  };
}

/** What the demo answers has no envelope: it is no part of the API. */
const read = (raw: string) => JSON.parse(raw) as Readonly<Record<string, unknown>>;

async function withDemo(
  options: Parameters<typeof createHarness>[0],
  run: (h: Harness, demo: ReturnType<typeof createDemoCalls>) => Promise<void>,
): Promise<void> {
  const h = await createHarness(options);
  try {
    await run(h, createDemoCalls(h));
  } finally {
    await h.close();
  }
}

onOneDatabase('the demo on %s', (dialect) => {
  it('sends a code, refuses a wrong one, accepts the right one, once', () =>
    withDemo({ dialect, env: NO_COOLDOWN }, async (h, demo) => {
      const phoneNumber = createPhoneNumbers()();
      const sent = await demo.send(phoneNumber);
      expect(sent.status).toBe(200);
      const answer = read(sent.raw);
      expect(Object.keys(answer).sort()).toEqual(
        ['channel', 'expiresIn', 'length', 'phoneNumber', 'resendIn', 'verificationId'].sort(),
      );
      const code = h.gateway.codeFor(phoneNumber);
      expect(sent.raw).not.toContain(code);
      expect(answer['phoneNumber']).toBe(phoneNumber);
      const { verificationId } = answer;
      const wrong = await demo.verify(verificationId, code === '000000' ? '000001' : '000000');
      expect([wrong.status, wrong.body.code, wrong.body.attemptsLeft]).toEqual([
        400,
        'otp_invalid',
        2,
      ]);
      const right = await demo.verify(verificationId, code);
      expect([right.status, read(right.raw)]).toEqual([200, { phoneNumber }]);
      expect((await demo.verify(verificationId, code)).status).toBe(400);
    }));
});

describe('the demo', () => {
  it('opens nothing but its own codes', () =>
    withDemo({ env: NO_COOLDOWN }, async (h, demo) => {
      const phoneNumber = createPhoneNumbers()();
      const { body } = await h.client.post('/api/otp/send', { phoneNumber });
      const code = h.gateway.codeFor(phoneNumber);
      const { status } = await demo.verify(body.data?.['verificationId'], code);
      expect(status).toBeGreaterThanOrEqual(400);
      const own = await h.client.post('/api/otp/verify', { phoneNumber, otp: code });
      expect(own.status).toBe(200);
    }));

  it('sends at most 20 codes an hour for one address, to whichever numbers', () =>
    withDemo({ env: NO_COOLDOWN }, async (_, demo) => {
      const next = createPhoneNumbers();
      for (let sent = 0; sent < 20; sent += 1) expect((await demo.send(next())).status).toBe(200);
      const { status, body } = await demo.send(next());
      expect([status, body.code]).toEqual([429, 'rate_limited']);
      // One in three minutes comes back.
      expect(body.retryAfter).toBeGreaterThan(100);
    }));

  it('keeps the limits that everybody has', () =>
    withDemo({}, async (_, demo) => {
      const phoneNumber = createPhoneNumbers()();
      expect((await demo.send(phoneNumber)).status).toBe(200);
      expect((await demo.send(phoneNumber)).body.code).toBe('resend_too_soon');
    }));

  it('refuses what is not a request of its page', () =>
    withDemo({}, async (h, demo) => {
      const bad = [{}, { phoneNumber: 5, locale: 'en' }, { phoneNumber: '1', locale: 'fr' }, []];
      for (const body of bad) expect((await demo.post('send', body)).status).toBe(400);
      const extra = { phoneNumber: '081234567890', locale: 'en', channel: 'http' };
      expect((await demo.post('send', extra)).status).toBe(400);
      const form = { method: 'POST', path: '/demo/send', body: 'phoneNumber=1' };
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      expect((await h.client.call({ ...form, headers })).status).toBe(415);
    }));

  it('F7, F12: its codes open nothing else, and its attempts lock nobody out', () =>
    withDemo({ env: NO_COOLDOWN }, async (h, demo) => {
      const phoneNumber = createPhoneNumbers()();
      const { verificationId } = read((await demo.send(phoneNumber)).raw);
      const otp = h.gateway.codeFor(phoneNumber);
      for (const target of [
        { verificationId },
        { phoneNumber },
        { phoneNumber, purpose: 'demo' },
      ]) {
        const { status } = await h.client.post('/api/otp/verify', { ...target, otp });
        expect(status).toBe(400);
      }
      expect((await demo.verify(verificationId, otp)).status).toBe(200);
      const wrong = otp.startsWith('0') ? '100000' : '000000';
      const attempt = async () => {
        const sent = read((await demo.send(phoneNumber)).raw);
        for (let n = 0; n < 3; n += 1) await demo.verify(sent['verificationId'], wrong);
      };
      for (let round = 0; round < 4; round += 1) await attempt();
      expect((await h.client.post('/api/otp/send', { phoneNumber })).status).toBe(200);
      const own = h.gateway.codeFor(phoneNumber);
      expect((await h.client.post('/api/otp/verify', { phoneNumber, otp: own })).status).toBe(200);
    }));

  it('F12: spends nothing of the limits that accounts have or share', () => {
    const env = {
      ...{ OTP_RESEND_SECONDS: '0', LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '4' },
      ...{ LIMIT_SENDS_PER_PHONE_HOUR: '4', LIMIT_SENDS_PER_PREFIX_HOUR: '2' },
    };
    return withDemo({ env }, async (h, demo) => {
      const phoneNumber = createPhoneNumbers()();
      for (const status of [200, 200, 429])
        expect((await demo.send(phoneNumber)).status).toBe(status);
      for (const status of [200, 200, 429]) {
        expect((await h.client.post('/api/otp/send', { phoneNumber })).status).toBe(status);
      }
    });
  });

  it('F12: sends at most 50 codes a day in all, from however many addresses', () => {
    const env = { ...NO_COOLDOWN, DEMO: 'public', TRUSTED_PROXIES: 'loopback' };
    return withDemo({ env }, async (h) => {
      const next = createPhoneNumbers();
      const statuses: number[] = [];
      for (let n = 0; n < 60; n += 1) {
        const answer = await h.client.call({
          method: 'POST',
          path: '/demo/send',
          headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${n}` },
          body: JSON.stringify({ phoneNumber: next(), locale: 'en' }),
        });
        statuses.push(answer.status);
      }
      expect(statuses).toEqual([...Array(50).fill(200), ...Array(10).fill(429)]);
    });
  });

  const strangers = [
    { host: 'evil.test' },
    { host: 'evil.test:3000' },
    { host: '127.0.0.1.evil.test' },
    { host: 'localhost.evil.test' },
    { host: '192.168.1.5' },
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { origin: 'https://evil.test' },
    { origin: 'null' },
  ];

  it.each(strangers)('F12: is for this machine alone, unless it is public: %j', async (extra) => {
    const body = () => JSON.stringify({ phoneNumber: createPhoneNumbers()(), locale: 'en' });
    const headers = { 'content-type': 'application/json', ...(extra as Record<string, string>) };
    const callOf = (h: Harness) => ({
      page: h.client.call({ method: 'GET', path: '/demo', headers }),
      send: h.client.call({ method: 'POST', path: '/demo/send', headers, body: body() }),
    });
    await withDemo({ env: NO_COOLDOWN }, async (h) => {
      const { page, send } = callOf(h);
      expect([(await page).status, (await send).status]).toEqual([403, 403]);
      expect(h.gateway.messages).toEqual([]);
    });
    await withDemo({ env: { ...NO_COOLDOWN, DEMO: 'public' } }, async (h) => {
      const { page, send } = callOf(h);
      expect([(await page).status, (await send).status]).toEqual([200, 200]);
    });
  });

  it.each([
    'localhost',
    'LOCALHOST:3000',
    'waverify.localhost',
    '127.0.0.1:80',
    '127.1.2.3',
    '[::1]:3000',
  ])('is served under the name %s', (host) =>
    withDemo({}, async (h) => {
      const { status } = await h.client.call({ method: 'GET', path: '/demo', headers: { host } });
      expect(status).toBe(200);
    }),
  );

  it('is not there when DEMO says so', () =>
    withDemo({ env: { DEMO: 'false' } }, async (h, demo) => {
      expect((await h.client.get('/demo')).status).toBe(404);
      expect((await demo.send('081234567890')).status).toBe(404);
    }));
});
