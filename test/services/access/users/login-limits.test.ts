import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logIn } from '../../../../src/services/access/users/log-in.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { inBatches, inParallel, tally } from '../../../support/http/otp-calls.ts';
import {
  createPeopleCalls,
  nextEmail,
  PASSWORD,
  type PeopleCalls,
} from '../../../support/http/users.ts';
import { createCountedLogins } from '../../../support/spy-logins.ts';

const WRONG = 'incorrect horse battery staple';
const MINUTE = 60;
/** More at once find no place among the passwords that are hashed. */
const AT_ONCE = 6;

let drawn = 0;

/** An address that nobody has called from. */
function nextAddress(): string {
  drawn += 1;
  return `198.51.${100 + Math.floor(drawn / 250)}.${drawn % 250}`;
}

onOneDatabase('the limits of logins on %s', (dialect) => {
  let h: Harness;
  let people: PeopleCalls;
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

  /** What tells one refusal from another: all but the request's own id and the wait. */
  const modelOf = ({ status, headers, body }: Awaited<ReturnType<typeof loginFrom>>) => ({
    status,
    names: Object.keys(headers).sort(),
    body: { ...body, requestId: '', retryAfter: 0 },
  });

  it('take five failures a minute from one address, whomever they are about', async () => {
    const [address, { email }] = [nextAddress(), await people.makePerson()];
    for (const one of [email, nextEmail(), email, nextEmail(), nextEmail()]) {
      expect((await loginFrom(address, one, WRONG)).status).toBe(401);
    }
    const right = await loginFrom(address, email, PASSWORD);
    expect([right.status, right.body.code]).toEqual([429, 'rate_limited']);
    expect(modelOf(await loginFrom(address, nextEmail(), WRONG))).toEqual(modelOf(right));
    expect((await loginFrom(nextAddress(), email, PASSWORD)).status).toBe(200);
    const wait = Number(right.headers['retry-after']);
    expect([right.body.retryAfter, wait <= MINUTE]).toEqual([wait, true]);
    h.advance(wait);
    expect((await loginFrom(address, email, PASSWORD)).status).toBe(200);
  });

  it('take five of 20 failures that come from one address at once, and hash for these only', async () => {
    const from = { ipAddress: nextAddress(), userAgent: undefined };
    const { logins, compared } = await createCountedLogins(h);
    const outcomes = await inParallel(20, () =>
      logIn(logins, from, { email: nextEmail(), password: WRONG }).catch(({ code }) => code),
    );
    expect(outcomes.filter((code) => code === 'unauthorized')).toHaveLength(5);
    expect(outcomes.filter((code) => code === 'rate_limited')).toHaveLength(15);
    expect(compared).toHaveLength(5);
  });

  it('do not count logins that succeed, nor forget those that failed beside them', async () => {
    const [address, { email }] = [nextAddress(), await people.makePerson()];
    for (let i = 0; i < 7; i += 1) {
      expect((await loginFrom(address, email, PASSWORD)).status).toBe(200);
    }
    for (let i = 0; i < 5; i += 1) {
      if (i < 4) expect((await loginFrom(address, email, PASSWORD)).status).toBe(200);
      expect((await loginFrom(address, nextEmail(), WRONG)).status).toBe(401);
    }
    expect((await loginFrom(address, email, PASSWORD)).status).toBe(429);
  });

  it('take 20 failures an hour for one e-mail address, whether or not anybody has it', async () => {
    const { email } = await people.makePerson();
    const refusals = [];
    for (const one of [email, nextEmail()]) {
      const spellings = [one, one.toUpperCase(), ` ${one}`];
      const answers = await inBatches(
        Array.from({ length: 25 }, (_, i) => spellings[i % 3] ?? one),
        (spelling) => loginFrom(nextAddress(), spelling, WRONG),
        AT_ONCE,
      );
      expect(tally(answers)).toEqual({ unauthorized: 20, rate_limited: 5 });
      const refused = await loginFrom(nextAddress(), one, PASSWORD);
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
      refusals.push(refused);
    }
    const [known, unknown] = refusals.map(modelOf);
    expect(known).toEqual(unknown);
    const wait = Number(refusals[0]?.headers['retry-after']);
    // One in three minutes comes back.
    expect(wait).toBeGreaterThan(MINUTE);
    h.advance(wait);
    expect((await loginFrom(nextAddress(), email, PASSWORD)).status).toBe(200);
  });

  it('forget the failures for an e-mail address when its person comes in', async () => {
    const { email } = await people.makePerson();
    for (let round = 0; round < 2; round += 1) {
      await inBatches(
        Array(19).fill(email),
        (one) => loginFrom(nextAddress(), one, WRONG),
        AT_ONCE,
      );
      expect((await loginFrom(nextAddress(), email, PASSWORD)).status).toBe(200);
    }
  });

  it('count wrong passwords of somebody who is logged in and changes theirs', async () => {
    const { email } = await people.makePerson();
    const { accessToken } = await people.enter(email);
    const change = (current: string, next: string) =>
      people.changePassword(accessToken, current, next);
    const weak = await change(WRONG, 'too short');
    expect(weak.body.errors?.map(({ path }) => path)).toEqual(['newPassword']);
    const answers = await inBatches(
      Array(22).fill(WRONG),
      (wrong) => change(wrong, `${PASSWORD} ${randomInt(1000)}`),
      AT_ONCE,
    );
    expect(tally(answers)).toEqual({ validation_failed: 20, rate_limited: 2 });
    expect(answers.find(({ status }) => status === 400)?.body.errors).toEqual([
      { path: 'currentPassword', message: 'is not your current password', code: 'wrong_password' },
    ]);
    expect((await change(PASSWORD, `${PASSWORD} now`)).status).toBe(429);
    // The network that they logged in from has a count of its own.
    expect((await loginFrom(nextAddress(), email, PASSWORD)).status).toBe(200);
    expect((await people.me(accessToken)).status).toBe(200);
  });

  it('do not count whoever is turned away because too many are hashed', async () => {
    const { email } = await people.makePerson();
    const { logins } = await createCountedLogins(h, { concurrency: 1, queueLimit: 0 });
    const from = { ipAddress: nextAddress(), userAgent: undefined };
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await inParallel(5, () =>
        logIn(logins, from, { email, password: PASSWORD }).then(
          () => 'in',
          ({ code }) => code,
        ),
      );
      expect(outcomes).toContain('in');
      expect(outcomes).toContain('overloaded');
    }
    for (let i = 0; i < 5; i += 1) {
      expect((await loginFrom(from.ipAddress, email, WRONG)).status).toBe(401);
    }
  });

  it('keep no address of a person in their counters, and note a refusal once', async () => {
    const [address, email] = [nextAddress(), nextEmail()];
    await inBatches(Array(9).fill(email), (one) => loginFrom(address, one, WRONG), AT_ONCE);
    expect(await dumpTables(h, ['rate_limits', 'activity_logs'])).not.toContain(email);
    const where = { action: 'limit_hit', ipAddress: address };
    const rows = () => h.database.models.ActivityLog.findAll({ where });
    await expect.poll(async () => (await rows()).length).toBeGreaterThan(0);
    expect((await rows()).map(({ details }) => details)).toEqual(['auth-login-ip-minute']);
  });
});
