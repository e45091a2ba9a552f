import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onOneDatabase } from '../support/database/lanes.ts';
import type { Answer } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls, tally } from '../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** A 429 as a client library reads it; the wait is long enough for every window it names. */
function expectQuotaProblem(answer: Answer): number {
  expect(answer.status).toBe(429);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.body.type).toBe(QUOTA_EXCEEDED);
  const wait = Number(answer.headers['retry-after']);
  expect(answer.body.retryAfter).toBe(wait);
  const fields = String(answer.headers['ratelimit']);
  const resets = [...fields.matchAll(/"[a-z-]+";r=0;t=(\d+)/g)].map(([, t]) => Number(t));
  expect(resets.length).toBeGreaterThan(0);
  expect(wait).toBeGreaterThanOrEqual(Math.max(...resets));
  expect(String(answer.headers['ratelimit-policy'])).toMatch(/^"[a-z-]+";q=\d+;w=\d+/);
  return wait;
}

onOneDatabase('limits on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;

  beforeAll(async () => {
    h = await createHarness({
      dialect,
      // Two sends and four wrong codes at once.
      env: { LIMIT_SENDS_PER_PHONE_HOUR: '4', LIMIT_FAILURES_PER_PHONE_HOUR: '8' },
    });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('A26: tells how long to wait between two sends, and keeps its word', async () => {
    const phoneNumber = nextPhoneNumber();
    await otp.send(phoneNumber);
    const refused = await otp.send(phoneNumber);
    expect(refused.body.code).toBe('resend_too_soon');
    const wait = expectQuotaProblem(refused);
    expect(wait).toBeLessThanOrEqual(60);
    h.advance(wait);
    expect((await otp.send(phoneNumber)).status).toBe(200);
  });

  it('A26: tells how long to wait after too many sends, and keeps its word', async () => {
    const phoneNumber = nextPhoneNumber();
    for (let sent = 0; sent < 2; sent += 1) {
      expect((await otp.send(phoneNumber)).status).toBe(200);
      h.advance(60);
    }
    const refused = await otp.send(phoneNumber);
    expect(refused.body.code).toBe('rate_limited');
    const wait = expectQuotaProblem(refused);
    expect(wait).toBeGreaterThan(1000);
    h.advance(wait);
    expect((await otp.send(phoneNumber)).status).toBe(200);
  });

  it('A26: tells how long a number stays locked, and keeps its word', async () => {
    const phoneNumber = nextPhoneNumber();
    const attempts = await inParallel(4, () => otp.verify(phoneNumber, '000000'));
    expect(tally(attempts)).toEqual({ otp_invalid: 4 });
    const refused = await otp.verify(phoneNumber, '000000');
    expect(refused.body.code).toBe('otp_locked');
    h.advance(expectQuotaProblem(refused));
    const code = await otp.sendCode(phoneNumber);
    expect((await otp.verify(phoneNumber, code)).status).toBe(200);
  });

  it('A45: answers 60 questions a minute about one number, and shows it masked only', async () => {
    const phoneNumber = nextPhoneNumber();
    await otp.send(phoneNumber);
    const answers = await inParallel(121, () => otp.status(phoneNumber));
    expect(tally(answers)['200']).toBeGreaterThanOrEqual(60);
    const [last] = answers.filter(({ status }) => status === 429);
    if (!last) throw new Error('nothing was refused');
    const wait = expectQuotaProblem(last);
    for (const { raw } of answers) expect(raw).not.toContain(phoneNumber.slice(1));
    h.advance(wait);
    const again = await otp.status(phoneNumber);
    expect([again.status, again.body.data?.['phoneNumber']]).toEqual([
      200,
      `${phoneNumber.slice(0, 6)}****7890`,
    ]);
  });

  it('A29: lets 30 of 50 neighbouring numbers through, and writes one row about the rest', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => `+62813500123${10 + index}`);
    const answers = await inParallel(50, (index) => otp.send(numbers[index] ?? ''));
    expect(tally(answers)).toEqual({ '200': 30, rate_limited: 20 });
    for (const answer of answers) if (answer.status !== 200) expectQuotaProblem(answer);
    expect(h.gateway.messages.filter(({ to }) => numbers.includes(to))).toHaveLength(30);
    const where = { action: 'limit_hit', details: 'otp-send-prefix-hour' };
    const countRows = () => h.database.models.ActivityLog.count({ where });
    await expect.poll(countRows).toBeGreaterThan(0); // Callers do not wait for the row.
    expect(await countRows()).toBe(1);
  });
});

describe('a limit that is set to 0', () => {
  const off = [
    'LIMIT_SENDS_PER_PHONE_HOUR',
    'LIMIT_SENDS_PER_PHONE_DAY',
    'LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS',
    'LIMIT_SENDS_PER_PREFIX_HOUR',
    'LIMIT_SENDS_PER_KEY_HOUR',
    'LIMIT_SENDS_PER_ACCOUNT_DAY',
    'LIMIT_SENDS_PER_REGION_HOUR',
    'LIMIT_SENDS_IN_ALL_HOUR',
    'LIMIT_FAILURES_PER_PHONE_HOUR',
    'LIMIT_FAILURES_PER_PHONE_DAY',
    'LIMIT_FAILURES_IN_A_ROW',
    'LIMIT_FAILURES_PER_IP_HOUR',
    'LIMIT_FAILURES_PER_KEY_HOUR',
    'LIMIT_STATUS_PER_PHONE_MINUTE',
    'OTP_RESEND_SECONDS',
  ];
  let h: Harness;
  let otp: OtpCalls;

  beforeAll(async () => {
    h = await createHarness({ env: Object.fromEntries(off.map((name) => [name, '0'])) });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('refuses nobody', async () => {
    const phoneNumber = '+6281234567890';
    for (let i = 0; i < 35; i += 1) expect((await otp.send(phoneNumber)).status).toBe(200);
    const attempts = await inParallel(60, () => otp.verify('+6281298765432', '000000'));
    expect(tally(attempts)).toEqual({ otp_invalid: 60 });
    expect((await otp.verify('+6281298765432', '000000')).body.code).toBe('otp_invalid');
    const reads = await inParallel(70, () => otp.status(phoneNumber));
    expect(tally(reads)).toEqual({ '200': 70 });
  });

  it('still ends a verification after its three attempts', async () => {
    const phoneNumber = '+6281234567890';
    const code = await otp.sendCode(phoneNumber);
    const wrong = code === '000000' ? '000001' : '000000';
    await inParallel(3, () => otp.verify(phoneNumber, wrong));
    expect((await otp.verify(phoneNumber, code)).body.code).toBe('otp_invalid');
  });
});
