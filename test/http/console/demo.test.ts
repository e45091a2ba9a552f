import { describe, expect, it } from 'vitest';
import { dialects } from '../../support/databases.ts';
import { createHarness, type Harness } from '../../support/harness.ts';
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

describe.each(dialects)('the demo on %s', (dialect) => {
  it('sends a code, refuses a wrong one, accepts the right one, once', () =>
    withDemo({ dialect, env: NO_COOLDOWN }, async (h, demo) => {
      const phoneNumber = createPhoneNumbers()();
      const sent = await demo.send(phoneNumber);
      expect(sent.status).toBe(200);
      const answer = read(sent.raw);
      expect(Object.keys(answer).sort()).toEqual(
        ['channel', 'expiresIn', 'length', 'resendIn', 'verificationId'].sort(),
      );
      const code = h.gateway.codeFor(phoneNumber);
      expect(sent.raw).not.toContain(code);
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
      expect(body.retryAfter).toBeGreaterThan(3500);
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

  it('is not there when DEMO says so', () =>
    withDemo({ env: { DEMO: 'false' } }, async (h, demo) => {
      expect((await h.client.get('/demo')).status).toBe(404);
      expect((await demo.send('081234567890')).status).toBe(404);
    }));
});
