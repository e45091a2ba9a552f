import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
import { type AccessCalls, createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
} from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const CODE = '493817';
const DAY_SECONDS = 86_400;

onOneDatabase('test numbers on %s', (dialect) => {
  const nextPhoneNumber = createPhoneNumbers();
  let h: Harness;
  let otp: OtpCalls;
  let access: AccessCalls;
  /** Calls with a key of mode `test`. */
  let asTest: ReturnType<AccessCalls['as']>;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    otp = createOtpCalls(h);
    access = createAccessCalls(h);
    const { secret } = await access.createKey({ mode: 'test', scopes: ['otp:send', 'otp:verify'] });
    asTest = access.as(secret);
  });
  afterAll(() => h.close());

  const at = (phoneNumber: string) => `/api/test-numbers/${encodeURIComponent(phoneNumber)}`;
  const put = (phoneNumber: string, fields: object = {}) =>
    h.client.call({
      method: 'PUT',
      path: at(phoneNumber),
      headers: { ...access.bootstrap, 'content-type': 'application/json' },
      body: JSON.stringify({ otp: CODE, ...fields }),
    });
  const remove = (phoneNumber: string) =>
    h.client.call({ method: 'DELETE', path: at(phoneNumber), headers: access.bootstrap });
  const send = (phoneNumber: string) => asTest.post('/api/otp/send', { phoneNumber });
  const verify = (phoneNumber: string, code: string) =>
    asTest.post('/api/otp/verify', { phoneNumber, otp: code });

  async function makeTestNumber(fields: object = {}): Promise<string> {
    const phoneNumber = nextPhoneNumber();
    expect((await put(phoneNumber, fields)).status).toBe(200);
    return phoneNumber;
  }

  it('get their fixed code, which verifies once, and no message', async () => {
    const phoneNumber = await makeTestNumber();
    const sent = await send(phoneNumber);
    expect([sent.status, sent.body.data?.['channel']]).toEqual([200, 'test']);
    expect((await verify(phoneNumber, '000000')).body.code).toBe('otp_invalid');
    expect((await verify(phoneNumber, CODE)).status).toBe(200);
    expect((await verify(phoneNumber, CODE)).body.code).toBe('otp_invalid');
    expect(otp.messagesTo(phoneNumber)).toEqual([]);
    expect(await h.database.models.Delivery.count()).toBe(0);
    const status = await asTest.get(`/api/otp/status/${encodeURIComponent(phoneNumber)}`);
    expect(status.body.data).toMatchObject({ status: 'verified', channel: 'test', delivery: null });
  });

  it('know no limit: 60 logins in a row', async () => {
    const phoneNumber = await makeTestNumber();
    for (let i = 0; i < 60; i += 1) {
      expect((await send(phoneNumber)).status).toBe(200);
      expect((await verify(phoneNumber, '000000')).body.code).toBe('otp_invalid');
      expect((await verify(phoneNumber, CODE)).status).toBe(200);
    }
  });

  it('take sends at once, of which the last counts', async () => {
    const phoneNumber = await makeTestNumber();
    expect(tally(await inParallel(20, () => send(phoneNumber)))).toEqual({ 200: 20 });
    expect(await otp.liveRows(phoneNumber)).toHaveLength(1);
    expect(tally(await inParallel(2, () => verify(phoneNumber, CODE)))).toEqual({
      200: 1,
      otp_invalid: 1,
    });
  });

  it('take no more attempts than any number', async () => {
    const phoneNumber = await makeTestNumber();
    await send(phoneNumber);
    for (const attempt of ['000000', '000001', '000002']) await verify(phoneNumber, attempt);
    expect((await verify(phoneNumber, CODE)).body.code).toBe('otp_invalid');
  });

  it('are all that a test key reaches', async () => {
    const real = nextPhoneNumber();
    for (const answer of [
      await send(real),
      await verify(real, CODE),
      await asTest.post('/api/otp/resend', { phoneNumber: real }),
      await asTest.post('/api/otp/expire', { phoneNumber: real }),
      await asTest.post('/api/messages/default/otp', { to: real }),
      await asTest.get(`/api/otp/status/${encodeURIComponent(real)}`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
    expect(await otp.rows(real)).toEqual([]);
    expect(otp.messagesTo(real)).toEqual([]);
  });

  it('are refused to live keys, whose limits they leave alone', async () => {
    const phoneNumber = await makeTestNumber();
    await send(phoneNumber);
    for (const answer of [
      await otp.send(phoneNumber),
      await otp.resend(phoneNumber),
      await otp.verify(phoneNumber, CODE),
      await otp.expire(phoneNumber),
      await otp.status(phoneNumber),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
    expect(await otp.liveRows(phoneNumber)).toHaveLength(1);
  });

  it('do not let a key of the other mode verify by the handle', async () => {
    const testNumber = await makeTestNumber();
    const tested = await send(testNumber);
    const real = nextPhoneNumber();
    const code = await otp.sendCode(real);
    const live = (await otp.row(real)).verificationId;
    const byLive = await otp.verifyById(tested.body.data?.['verificationId'], CODE);
    const byTest = await asTest.post('/api/otp/verify', { verificationId: live, otp: code });
    expect([byLive.body.code, byTest.body.code]).toEqual(['otp_invalid', 'otp_invalid']);
    expect((await otp.verify(real, code)).status).toBe(200);
  });

  it('are like any other number when they are over or removed', async () => {
    const soon = new Date(h.now().getTime() + 60_000).toISOString();
    const phoneNumber = await makeTestNumber({ validUntil: soon });
    const removed = await makeTestNumber();
    expect((await remove(removed)).status).toBe(200);
    h.advance(61);
    for (const number of [phoneNumber, removed]) {
      expect((await send(number)).status).toBe(403);
      expect((await otp.send(number)).status).toBe(200);
      expect(otp.messagesTo(number)).toHaveLength(1);
    }
    expect((await remove(removed)).body.code).toBe('not_found');
  });

  it('belong to one account', async () => {
    const phoneNumber = await makeTestNumber();
    const { secret } = await access.createKeyOf('other', { scopes: ['*'] });
    const other = access.as(secret);
    expect((await other.get('/api/test-numbers')).body.data).toEqual([]);
    expect((await other.post('/api/otp/send', { phoneNumber })).status).toBe(200);
    const stranger = await other.call({ method: 'DELETE', path: at(phoneNumber) });
    expect(stranger.body.code).toBe('not_found');
    expect((await send(phoneNumber)).status).toBe(200);
  });

  it('are listed without their codes, which are on record as digests', async () => {
    const phoneNumber = await makeTestNumber();
    const { raw } = await h.client.get('/api/test-numbers');
    expect(raw).toContain(phoneNumber);
    expect(raw).not.toContain(CODE);
    expect(await dumpTables(h, ['test_numbers', 'activity_logs', 'otp_logs'])).not.toContain(CODE);
    expect(h.logLines.join('')).not.toContain(CODE);
  });

  it.each([
    ['in the past', -1],
    ['more than a year ahead', 366 * DAY_SECONDS],
  ])('are not taken with an end %s', async (_, seconds) => {
    const validUntil = new Date(h.now().getTime() + seconds * 1000).toISOString();
    const { status, body } = await put(nextPhoneNumber(), { validUntil });
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([
      400,
      'validation_failed',
      'validUntil',
    ]);
  });

  it.each([[{ otp: '12345' }], [{ otp: 123456 }], [{ extra: 1 }], [{ validUntil: 'soon' }]])(
    'are not taken with %j',
    async (fields) => {
      expect((await put(nextPhoneNumber(), fields)).status).toBe(400);
    },
  );
});
