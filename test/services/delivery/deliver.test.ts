import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toRate } from '../../../src/domain/rate-limit.ts';
import { createLimits } from '../../../src/services/limits/limits.ts';
import type { Answer } from '../../support/http/client.ts';
import type { Gateway } from '../../support/http/gateway.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

type Behaviour = NonNullable<Parameters<Gateway['behaveLike']>[0]>;

const nextNumber = createPhoneNumbers();
const answer =
  (status: number): Behaviour =>
  (_, response) =>
    void response.writeHead(status).end();
const hang: Behaviour = () => {};

/** What `deliveries` has of a verification, in order. */
async function attemptsOf(h: Harness, verificationId: unknown) {
  const where = { verificationId: String(verificationId) };
  const rows = await h.database.models.Delivery.findAll({ where, order: ['id'] });
  return rows.map(({ channel, status, reason }) => [channel, status, reason]);
}

/** When the counters of sends count nothing any more. */
async function resetsOf(h: Harness) {
  const rows = await h.database.statements.select(
    'SELECT "limitKey", "resetsAt" FROM "rate_limits" WHERE "limitKey" LIKE \'otp-send-%\'',
    [],
  );
  return new Map(rows.map((row) => [String(row['limitKey']), Number(row['resetsAt'])]));
}

describe('delivery on one channel', () => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ env: { CHANNEL_TIMEOUT_SECONDS: '1' } });
    otp = createOtpCalls(h);
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  /** How often a number is counted as sent to, besides the pause between two sends. */
  async function countsOf(phone: string): Promise<number[]> {
    const resets = await resetsOf(h);
    const limits = createLimits(h.config);
    return [limits.sendsPerPhoneHour, limits.sendsPerPhoneDay].map((limit) => {
      const resetsAt = resets.get(`${limit.name}|default|${phone}`) ?? 0;
      const countedMs = Math.max(0, resetsAt - h.now().getTime());
      return Math.ceil(countedMs / toRate(limit).intervalMs);
    });
  }

  async function expectFailure(failed: Answer, code: string, status: number, phone: string) {
    expect([failed.status, failed.body.code]).toEqual([status, code]);
    const row = await otp.row(phone);
    expect(row).toMatchObject({ status: 'failed', activeKey: null, otpHash: '' });
    expect(row.channel).toBeNull();
    return row;
  }

  it('records one attempt that was accepted, under the name that the answer gives', async () => {
    const { body } = await otp.send(nextNumber());
    const { verificationId, messageId } = body.data ?? {};
    expect(await attemptsOf(h, verificationId)).toEqual([['http', 'accepted', null]]);
    const row = await h.database.models.Delivery.findOne({
      where: { messageId: String(messageId) },
    });
    expect(row?.verificationId).toBe(verificationId);
  });

  it.each([
    [400, 'refused', 'delivery_failed', 502],
    [403, 'misconfigured', 'delivery_failed', 502],
    [429, 'unavailable', 'provider_unavailable', 503],
  ])('answers a gateway that says %i, and counts nothing', async (said, reason, code, status) => {
    const phone = nextNumber();
    h.gateway.behaveLike(answer(said));
    const row = await expectFailure(await otp.send(phone), code, status, phone);
    expect(await attemptsOf(h, row.verificationId)).toEqual([['http', 'failed', reason]]);
    expect(await countsOf(phone)).toEqual([0, 0]);
    h.gateway.behaveLike();
    expect((await otp.send(phone)).status).toBe(200);
  });

  it('answers a gateway that says 503, and keeps the count: it may have passed the message on', async () => {
    const phone = nextNumber();
    h.gateway.behaveLike(answer(503));
    const row = await expectFailure(await otp.send(phone), 'provider_unavailable', 503, phone);
    expect(await attemptsOf(h, row.verificationId)).toEqual([['http', 'failed', 'unavailable']]);
    expect(await countsOf(phone)).toEqual([1, 1]);
    h.gateway.behaveLike();
    expect((await otp.send(phone)).status).toBe(200);
  });

  it('C19: lifts the pause of a silent gateway, but keeps the count: the message may have gone', async () => {
    const phone = nextNumber();
    h.gateway.behaveLike(hang);
    const failed = await otp.send(phone);
    const row = await expectFailure(failed, 'provider_unavailable', 503, phone);
    expect(failed.headers['retry-after']).toBe('5');
    expect(await attemptsOf(h, row.verificationId)).toEqual([['http', 'failed', 'timeout']]);
    expect(await countsOf(phone)).toEqual([1, 1]);
    h.gateway.behaveLike();
    expect((await otp.send(phone)).status).toBe(200);
    expect(await countsOf(phone)).toEqual([2, 2]);
  });

  it('accepts no code whose message failed', async () => {
    const phone = nextNumber();
    h.gateway.behaveLike(answer(503));
    await otp.send(phone);
    const code = h.gateway.codeFor(phone);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_invalid');
    expect((await otp.status(phone)).body.data).toMatchObject({
      status: 'failed',
      canVerify: false,
      delivery: { channel: 'http', status: 'failed', reason: 'unavailable' },
    });
  });

  it('refuses a channel that is switched off, and counts nothing', async () => {
    const phone = nextNumber();
    const refused = await otp.send(phone, { channel: 'console' });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    expect(refused.body.errors?.[0]?.path).toBe('channel');
    expect(await otp.rows(phone)).toEqual([]);
    expect((await otp.send(phone)).status).toBe(200);
  });

  it('writes in the language of the number, or in the one that is asked for', async () => {
    await otp.send(nextNumber(), { companyName: 'PT. Contoh' });
    expect(h.gateway.messages.at(-1)?.text).toMatch(
      /^\d{6} adalah kode verifikasi PT. Contoh Anda/,
    );
    await otp.send(nextNumber(), { locale: 'en' });
    expect(h.gateway.messages.at(-1)?.text).toMatch(/^\d{6} is your verification code/);
    await otp.send('+447400123456');
    expect(h.gateway.messages.at(-1)).toMatchObject({ locale: 'en', to: '+447400123456' });
  });
});

describe('delivery on two channels', () => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({
      env: { OTP_CHANNELS: 'http,console', CHANNEL_TIMEOUT_SECONDS: '2' },
    });
    otp = createOtpCalls(h);
  });
  afterEach(() => h.gateway.behaveLike());
  afterAll(() => h.close());

  const printedFor = (phone: string) => h.printed.filter((line) => line.includes(phone));

  it('takes the first one that accepts, and leaves the others alone', async () => {
    const phone = nextNumber();
    const { body } = await otp.send(phone);
    expect(body.data).toMatchObject({ channel: 'http' });
    expect(printedFor(phone)).toEqual([]);
    expect(await attemptsOf(h, body.data?.['verificationId'])).toHaveLength(1);
  });

  it('goes on to the second one, and records both attempts', async () => {
    const phone = nextNumber();
    h.gateway.behaveLike(answer(500));
    const { body } = await otp.send(phone);
    expect(body.data).toMatchObject({ channel: 'console' });
    expect(await attemptsOf(h, body.data?.['verificationId'])).toEqual([
      ['http', 'failed', 'unavailable'],
      ['console', 'accepted', null],
    ]);
    const code = h.gateway.codeFor(phone);
    expect(printedFor(phone)[0]).toContain(code);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  it('leaves the second one its turn when the first one is silent', async () => {
    h.gateway.behaveLike(hang);
    const startedAt = performance.now();
    const { status, body } = await otp.send(nextNumber());
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ channel: 'console' });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('uses the one that is asked for, and no other', async () => {
    const phone = nextNumber();
    const printed = await otp.send(phone, { channel: 'console' });
    expect(printed.body.data).toMatchObject({ channel: 'console' });
    expect(otp.messagesTo(phone)).toEqual([]);
    h.gateway.behaveLike(answer(500));
    const other = nextNumber();
    const failed = await otp.send(other, { channel: 'http' });
    expect([failed.status, failed.body.code]).toEqual([503, 'provider_unavailable']);
    expect(printedFor(other)).toEqual([]);
  });

  it('never logs the code, whichever way it went', async () => {
    const codes = h.gateway.messages.map(({ code }) => code);
    const isCode = new RegExp(`(?<![0-9A-Za-z])(${codes.join('|')})(?![0-9A-Za-z])`);
    expect(h.logLines.filter((line) => isCode.test(line))).toEqual([]);
  });
});
