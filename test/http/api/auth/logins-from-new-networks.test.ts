import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccountCalls } from '../../../support/http/account-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, inBatches, inParallel, tally } from '../../../support/http/otp-calls.ts';
import {
  createPeopleCalls,
  nextEmail,
  PASSWORD,
  type PeopleCalls,
} from '../../../support/http/users.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const WRONG = 'incorrect horse battery staple';
const HOME = '203.0.113.20';
/** In the same network of 24 bits: addresses within it change. */
const HOME_TODAY = '203.0.113.77';

onOneDatabase('logins of strangers on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
  let stranger = 0;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: { TRUSTED_PROXIES: 'loopback' } });
    people = createPeopleCalls(h);
  });
  afterAll(() => h.close());

  const loginFrom = (address: string, email: string, password: string) =>
    h.client.call({
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email, password }),
    });
  const nextStranger = () => {
    stranger += 1;
    return `198.51.${Math.floor(stranger / 250)}.${stranger % 250}`;
  };

  /** Attempts from ever other addresses until that is refused; returns how many were compared. */
  async function fillPot(email: string): Promise<number> {
    for (let compared = 0; compared < 200; compared += 1) {
      const { body } = await loginFrom(nextStranger(), email, WRONG);
      if (body.code === 'rate_limited') return compared;
      expect(body.code).toBe('unauthorized');
    }
    throw new Error('it was never refused');
  }

  it('F14b: lock nobody out of a network from which they logged in before', async () => {
    const { email } = await people.makePerson();
    expect((await loginFrom(HOME, email, PASSWORD)).status).toBe(200);
    expect(await fillPot(email)).toBe(20);
    expect((await loginFrom(nextStranger(), email, PASSWORD)).status).toBe(429);
    expect((await loginFrom(HOME_TODAY, email, PASSWORD)).status).toBe(200);
    // A network of nobody's gets no pot of its own, however many it tries.
    expect((await loginFrom('192.0.2.9', email, WRONG)).body.code).toBe('rate_limited');
    h.advance(31 * 86_400);
    expect(await fillPot(email)).toBeLessThanOrEqual(20);
    expect((await loginFrom(HOME, email, PASSWORD)).status).toBe(429);
  });

  it('F14b: count alike for an address that nobody has', async () => {
    const nobody = nextEmail();
    expect(await fillPot(nobody)).toBe(20);
    expect((await loginFrom(HOME, nobody, WRONG)).body.code).toBe('rate_limited');
  });

  it('F14b: forget the networks of a person who is removed', async () => {
    const { email, id } = await people.makePerson();
    await loginFrom(HOME, email, PASSWORD);
    const count = async () => {
      const [row] = await h.database.statements.select(
        'SELECT COUNT(*) AS "n" FROM "login_networks" WHERE "userId" = $1',
        [id],
      );
      return Number(row?.['n']);
    };
    expect(await count()).toBe(1);
    await inParallel(5, () => loginFrom(HOME, email, PASSWORD));
    expect(await count()).toBe(1);
    expect((await h.client.delete(`/api/users/${id}`)).status).toBe(200);
    expect(await count()).toBe(0);
  });

  it('F5: take no place of those who send and check codes', async () => {
    const nextNumber = createPhoneNumbers();
    const otp = createOtpCalls(h);
    const strangers = inParallel(250, (i) =>
      loginFrom(`2001:db8:${i.toString(16)}::1`, nextEmail(), WRONG),
    );
    const honest = await inBatches(Array.from({ length: 20 }, nextNumber), async (phone) =>
      otp.verify(phone, await otp.sendCode(phone)),
    );
    expect(tally(honest)).toEqual({ '200': 20 });
    const kinds = Object.keys(tally(await strangers));
    expect(
      kinds.filter((kind) => !['unauthorized', 'overloaded', 'rate_limited'].includes(kind)),
    ).toEqual([]);
  });
});

describe('what a key that is held to a part of the account may not touch', () => {
  it('F19b: are the test numbers, which are of the whole account', async () => {
    const h = await createHarness();
    const held = await createAccountCalls(h, 'shop', { restrictions: { purposes: ['a'] } });
    const path = `/api/test-numbers/${encodeURIComponent('+6281277788899')}`;
    const put = (secret: string) =>
      h.client.call({
        ...{ method: 'PUT', path, body: JSON.stringify({ otp: '123456' }) },
        headers: { 'x-api-key': secret, 'content-type': 'application/json' },
      });
    const refused = await put(held.secret);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const whole = await createAccountCalls(h, 'shop');
    expect((await put(whole.secret)).status).toBe(200);
    expect((await held.client.delete(path)).status).toBe(403);
    expect((await whole.client.delete(path)).status).toBe(200);
    await h.close();
  });
});

describe('keys that nobody has', () => {
  it('F21b: are refused after a while, and never the right key from the same address', async () => {
    const h = await createHarness({ env: { LIMIT_WRONG_KEYS_PER_IP_MINUTE: '10' } });
    const wrong = (i: number) =>
      h.client.call({
        method: 'GET',
        path: '/api/keys',
        headers: { 'x-api-key': `wv_live_${String(i).padStart(43, 'x')}` },
      });
    const answers = await inBatches(Array.from({ length: 30 }), (_, i) => wrong(i), 5);
    const { unauthorized = 0, rate_limited: limited = 0 } = tally(answers);
    expect(unauthorized + limited).toBe(30);
    expect(unauthorized).toBeLessThanOrEqual(10);
    expect(limited).toBeGreaterThan(0);
    const [refused] = answers.filter(({ status }) => status === 429);
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await h.client.get('/api/keys')).status).toBe(200);
    const rows = () => h.database.models.ActivityLog.count({ where: { action: 'access_denied' } });
    await expect.poll(rows).toBe(1);
    await h.close();
  });
});
