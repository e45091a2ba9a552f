import { afterAll, beforeAll, expect, it } from 'vitest';
import { callersOn, itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  withStatus,
} from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onEveryDatabase('sending on %s', (dialect) => {
  const callers = callersOn(dialect, 200);
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('A04: gives many parallel sends one message and the rest a wait', async () => {
    const phone = nextNumber();
    const answers = await inParallel(callers, () => otp.send(phone));
    const refused = withStatus(answers, 429);
    expect(withStatus(answers, 200)).toHaveLength(1);
    expect(refused).toHaveLength(callers - 1);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['resend_too_soon']));
    const waits = refused.map(({ headers }) => Number(headers['retry-after']));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
    expect(otp.messagesTo(phone)).toHaveLength(1);
    expect(await otp.liveRows(phone)).toHaveLength(1);
  });

  it('A05: gives many parallel resends after the cooldown one message, with the same code', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    h.advance(61);
    const answers = await inParallel(callers, () => otp.resend(phone));
    expect(withStatus(answers, 200)).toHaveLength(1);
    // On a busy machine some wait too long for a connection; those have sent nothing either.
    const unanswered = answers.filter(({ body }) => body.code === 'database_unavailable');
    expect(withStatus(answers, 429)).toHaveLength(callers - 1 - unanswered.length);
    expect(otp.messagesTo(phone).map((message) => message.code)).toEqual([code, code]);
    expect(await otp.liveRows(phone)).toHaveLength(1);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  itOnOne('with OTP_RESEND_CODE=new, replaces the code by a resend', async () => {
    const other = await createHarness({ dialect, env: { OTP_RESEND_CODE: 'new' } });
    const calls = createOtpCalls(other);
    const phone = nextNumber();
    const first = await calls.sendCode(phone);
    other.advance(61);
    expect((await calls.resend(phone)).status).toBe(200);
    const second = other.gateway.codeFor(phone);
    if (first !== second) expect((await calls.verify(phone, first)).body.code).toBe('otp_invalid');
    expect((await calls.verify(phone, second)).status).toBe(200);
    expect((await calls.rows(phone)).map(({ status }) => status)).toEqual(['expired', 'verified']);
    await other.close();
  });

  itOnOne('A12: takes nine spellings of a number for one recipient', async () => {
    const spellings = [
      '081234567890',
      '+6281234567890',
      '6281234567890',
      '81234567890',
      '+62 812-3456-7890',
      '(0812) 3456-7890',
      '0812.3456.7890',
      '+62 (0)812-3456-7890',
      '62081234567890',
    ];
    const answers = [];
    for (const spelling of spellings) answers.push(await otp.send(spelling));
    expect(answers.map(({ status }) => status)).toEqual([200, ...Array(8).fill(429)]);
    expect(otp.messagesTo('+6281234567890')).toHaveLength(1);
    const keys = await h.database.statements.select(
      `SELECT "limitKey" FROM "rate_limits" WHERE "limitKey" LIKE 'otp-send-phone-hour|%34567890'`,
      [],
    );
    expect(keys).toEqual([{ limitKey: 'otp-send-phone-hour|default|+6281234567890' }]);
  });

  it('makes a refused burst at one number cost its neighbours nothing', async () => {
    await otp.send('+6281377770001');
    const [burst, neighbours] = await Promise.all([
      inParallel(callers, () => otp.send('+6281377770001')),
      inParallel(5, (index) => otp.send(`+628137777000${2 + index}`)),
    ]);
    expect(tally(neighbours)).toEqual({ '200': 5 });
    expect(tally(burst)).toEqual({ resend_too_soon: callers });
  });
});

onEveryDatabase('sending without limits on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = {
      OTP_RESEND_SECONDS: '0',
      LIMIT_SENDS_PER_PHONE_HOUR: '0',
      LIMIT_SENDS_PER_PHONE_DAY: '0',
      LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '0',
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      LIMIT_FAILURES_PER_IP_HOUR: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
      LIMIT_FAILURES_PER_PHONE_HOUR: '0',
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('keeps one live code when parallel sends replace each other', async () => {
    const phone = nextNumber();
    const answers = await inParallel(40, () => otp.send(phone));
    const sent = withStatus(answers, 200);
    expect(sent.length).toBeGreaterThanOrEqual(1);
    expect(new Set(withStatus(answers, 429).map(({ body }) => body.code))).toEqual(
      new Set(sent.length < 40 ? ['resend_too_soon'] : []),
    );
    expect(sent.length + withStatus(answers, 429).length).toBe(40);
    expect(otp.messagesTo(phone)).toHaveLength(sent.length);
    const live = await otp.liveRows(phone);
    expect(live).toHaveLength(1);
    const meant = h.gateway.messages.find(
      ({ verificationId }) => verificationId === live[0]?.verificationId,
    );
    expect((await otp.verify(phone, meant?.code ?? '')).status).toBe(200);
  });
});
