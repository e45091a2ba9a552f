import { spawnSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expireVerifications } from '../../../src/services/operations/maintenance.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createOtpCalls,
  inBatches,
  inParallel,
  type OtpCalls,
} from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onEveryDatabase('the time of a code on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = {
      LIMIT_FAILURES_PER_IP_HOUR: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      OTP_HASH_CONCURRENCY: '4',
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(() => h.close());

  it('A09: ends 300 seconds after sending, to the millisecond', async () => {
    // Only the wall clock stands still: sockets and drivers keep their timers.
    vi.useFakeTimers({ toFake: ['Date'] });
    const start = Date.now();
    const answers = [];
    for (const offset of [-1, 0, 1]) {
      const phone = nextNumber();
      vi.setSystemTime(start);
      const sent = await otp.send(phone);
      expect(sent.body.data).toMatchObject({
        expiresIn: 300,
        expiresAt: new Date(start + 300_000).toISOString(),
      });
      vi.setSystemTime(start + 300_000 + offset);
      answers.push(await otp.verify(phone, h.gateway.codeFor(phone)));
    }
    expect(answers.map(({ status, body }) => body.code ?? status)).toEqual([
      200,
      'otp_invalid',
      'otp_invalid',
    ]);
  });

  it('A39: leaves one final state when the expire job races a right code', async () => {
    const count = 120;
    const phones = Array.from({ length: count }, nextNumber);
    const codes = await inBatches(phones, (phone) => otp.sendCode(phone));
    const start = h.now().getTime() + 200_000;
    await inBatches(phones, (phoneNumber, i) => {
      // Some are over already, some have time, and most end in between, in no order.
      const rank = (i * 77) % count;
      const expiresAt = new Date(start + (rank < 110 ? rank - 10 : 60_000) * 10);
      return h.database.models.OTPLog.update({ expiresAt }, { where: { phoneNumber } });
    });
    h.advance((start - h.now().getTime()) / 1000);
    let isRacing = true;
    const job = (async () => {
      while (isRacing) await expireVerifications(h.maintenance);
    })();
    const answers = await inBatches(phones, (phone, i) => otp.verify(phone, codes[i] ?? ''));
    h.advance(700);
    isRacing = false;
    await job;
    await expireVerifications(h.maintenance);
    const rows = await Promise.all(phones.map((phone) => otp.row(phone)));
    const contradictions = rows.filter(({ status, verifiedAt, activeKey, otpHash }, i) => {
      const isVerified = answers[i]?.status === 200;
      const fits = isVerified
        ? status === 'verified' && verifiedAt !== null
        : status === 'expired' && verifiedAt === null;
      return !fits || activeKey !== null || otpHash !== '';
    });
    expect(contradictions.map(({ phoneNumber, status }) => ({ phoneNumber, status }))).toEqual([]);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['verified', 'expired']));
  });

  itOnOne('ends at the expire route, once', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const foreign = await otp.expire(phone, { sessionId: 'another' });
    const other = await otp.expire(phone, { purpose: 'payment' });
    const [first, second] = [await otp.expire(phone), await otp.expire(phone)];
    const expired = [foreign, other, first, second].map(({ body }) => body.data?.['expired']);
    expect(expired).toEqual([0, 0, 1, 0]);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_invalid');
  });

  itOnOne('ends by its handle at the expire route', async () => {
    const phone = nextNumber();
    const verificationId = (await otp.send(phone)).body.data?.['verificationId'];
    const ended = await h.client.post('/api/otp/expire', { verificationId });
    expect(ended.body.data).toEqual({ expired: 1 });
    const gone = await h.client.post('/api/otp/expire', { verificationId: 'B'.repeat(32) });
    expect([gone.status, gone.body.data]).toEqual([200, { expired: 0 }]);
  });

  it('ends once when 50 callers expire it while the right code comes in', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const [verified, answers] = await Promise.all([
      otp.verify(phone, code),
      inParallel(50, () => otp.expire(phone)),
    ]);
    const expired = answers.filter(({ body }) => body.data?.['expired'] === 1).length;
    expect(expired + (verified.status === 200 ? 1 : 0)).toBe(1);
  });
});

describe('a start with an unusable setting', () => {
  const start = (env: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, ['dist/src/main.js'], {
      env: { PATH: process.env['PATH'], DATABASE_URL: 'sqlite::memory:', ...env },
      encoding: 'utf8',
      timeout: 180_000,
    });

  it.each(['601', '29'])('A09: exits with 78 at OTP_TTL_SECONDS=%s', (seconds) => {
    const { status, stderr } = start({ NODE_ENV: 'test', OTP_TTL_SECONDS: seconds });
    expect(status).toBe(78);
    expect(stderr).toContain('OTP_TTL_SECONDS');
  });

  it('A18: exits with 78 in production without a secret key', () => {
    const apiKey = 'k'.repeat(32);
    const { status, stderr } = start({
      ...{ NODE_ENV: 'production', API_KEY: apiKey, OTP_CHANNELS: 'http' },
      HTTP_CHANNEL_URL: 'http://127.0.0.1:9/',
    });
    expect(status).toBe(78);
    expect(stderr).toContain('SECRET_KEY');
    expect(stderr).not.toContain(apiKey);
  });
});
