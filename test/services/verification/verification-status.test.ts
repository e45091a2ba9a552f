import { afterAll, beforeAll, expect, it } from 'vitest';
import { expireVerifications } from '../../../src/services/operations/maintenance.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onOneDatabase('the status of a number on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    // Four at once.
    const env = { LIMIT_FAILURES_PER_PHONE_HOUR: '8' };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  const read = async (phone: string, query?: string) => (await otp.status(phone, query)).body.data;

  it('is none before the first code', async () => {
    const phone = nextNumber();
    expect(await read(phone)).toEqual({
      status: 'none',
      phoneNumber: `${phone.slice(0, 6)}****${phone.slice(-4)}`,
      ...{ canVerify: false, isExpired: false, attempts: 0, maxAttempts: 0, expiresIn: 0 },
      lockedUntil: null,
      ...{ createdAt: null, expiresAt: null, verifiedAt: null, channel: null, delivery: null },
    });
  });

  it('is sent while the code is live, with what was spent on it', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    await otp.verify(phone, wrongCodes(code, 1)[0] ?? '');
    const status = await read(phone);
    expect(status).toMatchObject({
      ...{ status: 'sent', canVerify: true, isExpired: false, attempts: 1, maxAttempts: 3 },
      ...{ channel: 'http', verifiedAt: null, delivery: { channel: 'http', status: 'accepted' } },
    });
    expect(status?.['expiresIn']).toBeGreaterThan(290);
    const { createdAt, expiresAt } = status as { createdAt: string; expiresAt: string };
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(300_000);
    expect(JSON.stringify(status)).not.toContain(phone);
  });

  it('cannot be verified when the attempts are spent', async () => {
    const phone = nextNumber();
    for (const attempt of wrongCodes(await otp.sendCode(phone), 3))
      await otp.verify(phone, attempt);
    expect(await read(phone)).toMatchObject({ status: 'sent', canVerify: false, attempts: 3 });
  });

  it('cannot be verified while the number is locked', async () => {
    const phone = nextNumber();
    for (const attempt of wrongCodes(await otp.sendCode(phone), 3))
      await otp.verify(phone, attempt);
    h.advance(61);
    await otp.verify(phone, wrongCodes(await otp.sendCode(phone), 1)[0] ?? '');
    expect(await read(phone)).toMatchObject({ status: 'sent', canVerify: false, attempts: 1 });
    await otp.unlock(phone);
    expect(await read(phone)).toMatchObject({ status: 'sent', canVerify: true, attempts: 1 });
  });

  it('is verified after the right code', async () => {
    const phone = nextNumber();
    const verified = await otp.verify(phone, await otp.sendCode(phone));
    expect(await read(phone)).toMatchObject({
      ...{ status: 'verified', canVerify: false, isExpired: false, attempts: 1, expiresIn: 0 },
      verifiedAt: verified.body.data?.['verifiedAt'],
    });
  });

  it('is expired at its time, before and after the job has tidied it', async () => {
    const phone = nextNumber();
    await otp.sendCode(phone);
    h.advance(301);
    const over = { status: 'expired', canVerify: false, isExpired: true, expiresIn: 0 };
    expect(await read(phone)).toMatchObject(over);
    // Seen to be over, it stays so, whatever a clock says next.
    expect((await otp.row(phone)).status).toBe('expired');
    await expireVerifications(h.maintenance);
    expect((await otp.row(phone)).status).toBe('expired');
    expect(await read(phone)).toMatchObject(over);
  });

  it('is expired after the expire route', async () => {
    const phone = nextNumber();
    await otp.sendCode(phone);
    await otp.expire(phone);
    expect(await read(phone)).toMatchObject({ status: 'expired', isExpired: true });
  });

  it('is failed when no channel took the message, and the cooldown is given back', async () => {
    const phone = nextNumber();
    h.gateway.behaveLike((_, response) => void response.writeHead(500).end());
    const failed = await otp.send(phone);
    h.gateway.behaveLike();
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(await read(phone)).toMatchObject({
      ...{ status: 'failed', canVerify: false, isExpired: false },
      delivery: { channel: 'http', status: 'failed' },
    });
    const { activeKey, otpHash } = await otp.row(phone);
    expect({ activeKey, otpHash }).toEqual({ activeKey: null, otpHash: '' });
    expect((await otp.verify(phone, h.gateway.codeFor(phone))).body.code).toBe('otp_invalid');
    expect((await otp.send(phone)).status).toBe(200);
    expect(await read(phone)).toMatchObject({ status: 'sent', canVerify: true });
  });

  it('is told for the session and the purpose that are asked for', async () => {
    const phone = nextNumber();
    await otp.sendCode(phone, { sessionId: 'shop-a', purpose: 'payment' });
    const statuses = [];
    for (const query of ['', '?purpose=payment', '?purpose=payment&sessionId=shop-b']) {
      statuses.push((await read(phone, query))?.['status']);
    }
    expect(statuses).toEqual(['none', 'sent', 'none']);
  });

  it('A45: is told 60 times a minute, then there is a wait', async () => {
    const phone = nextNumber();
    const answers = await inParallel(121, () => otp.status(phone));
    const { 200: told = 0, rate_limited: refused = 0 } = tally(answers);
    expect(told).toBeGreaterThanOrEqual(60);
    expect(refused).toBeGreaterThan(0);
    answers.sort((one, other) => one.status - other.status);
    const wait = Number(answers.at(-1)?.headers['retry-after']);
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    h.advance(wait);
    expect((await otp.status(phone)).status).toBe(200);
  });
});
