import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const NO_SUCH_HANDLE = 'A'.repeat(32);

onOneDatabase('the session, purpose and handle of a code on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    // Two at once.
    const env = { LIMIT_FAILURES_PER_PHONE_HOUR: '4' };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('A10: never opens a code of one session for another, and counts the try', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone, { sessionId: 'shop-a' });
    const foreign = await otp.verify(phone, code, { sessionId: 'shop-b' });
    expect([foreign.status, foreign.body.code]).toEqual([400, 'otp_invalid']);
    expect((await otp.row(phone)).attempts).toBe(0);
    const own = await otp.verify(phone, code, { sessionId: 'shop-a' });
    expect([own.status, own.body.data?.['sessionId']]).toEqual([200, 'shop-a']);

    const other = nextNumber();
    const next = await otp.sendCode(other, { sessionId: 'shop-a' });
    await otp.verify(other, next, { sessionId: 'shop-b' });
    await otp.verify(other, next, { sessionId: 'shop-b' });
    expect((await otp.verify(other, next, { sessionId: 'shop-a' })).body.code).toBe('otp_locked');
  });

  it('never opens a code for one purpose for another', async () => {
    const phone = nextNumber();
    const forLogin = await otp.sendCode(phone);
    const forPayment = await otp.sendCode(phone, { purpose: 'payment' });
    expect(await otp.liveRows(phone)).toHaveLength(2);
    if (forLogin !== forPayment) {
      const crossed = await otp.verify(phone, forLogin, { purpose: 'payment' });
      expect(crossed.body.code).toBe('otp_invalid');
    }
    const paid = await otp.verify(phone, forPayment, { purpose: 'payment' });
    expect([paid.status, paid.body.data?.['purpose']]).toEqual([200, 'payment']);
    const loggedIn = await otp.verify(phone, forLogin);
    expect([loggedIn.status, loggedIn.body.data?.['purpose']]).toEqual([200, 'login']);
  });

  it('counts failures of all purposes of a number together', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone, { purpose: 'payment' });
    const [wrong = ''] = wrongCodes(code, 1);
    await otp.verify(phone, wrong);
    await otp.verify(phone, wrong, { purpose: 'payment' });
    const locked = await otp.verify(phone, code, { purpose: 'payment' });
    expect(locked.body.code).toBe('otp_locked');
  });

  it('accepts a code by the handle that sending returned', async () => {
    const phone = nextNumber();
    const sent = await otp.send(phone, { purpose: 'payment' });
    const handle = sent.body.data?.['verificationId'];
    const code = h.gateway.codeFor(phone);
    const payment = { purpose: 'payment' };
    const verified = await otp.verifyById(handle, code, payment);
    expect(verified.status).toBe(200);
    expect(verified.body.data).toMatchObject({ verificationId: handle, phoneNumber: phone });
    expect((await otp.verifyById(handle, code, payment)).body.code).toBe('otp_invalid');
  });

  it('F7: takes a missing purpose for login, also by handle', async () => {
    const phone = nextNumber();
    const sent = await otp.send(phone, { purpose: 'newsletter' });
    const handle = sent.body.data?.['verificationId'];
    const code = h.gateway.codeFor(phone);
    expect((await otp.verifyById(handle, code)).body.code).toBe('otp_invalid');
    expect((await otp.row(phone)).attempts).toBe(0);
    expect((await otp.verifyById(handle, code, { purpose: 'newsletter' })).status).toBe(200);
  });

  it('F7: opens nothing when the handle is of another number', async () => {
    const [attacker, victim] = [nextNumber(), nextNumber()];
    const handle = (await otp.send(attacker)).body.data?.['verificationId'];
    const code = h.gateway.codeFor(attacker);
    const crossed = await otp.verify(victim, code, { verificationId: handle });
    expect([crossed.status, crossed.body.code]).toEqual([400, 'otp_invalid']);
    expect((await otp.row(attacker)).attempts).toBe(0);
    const own = await otp.verify(attacker, code, { verificationId: handle });
    expect([own.status, own.body.data?.['phoneNumber']]).toEqual([200, attacker]);
  });

  it('holds a handle to the session and the purpose that come with it', async () => {
    const phone = nextNumber();
    const sent = await otp.send(phone, { sessionId: 'shop-a', purpose: 'payment' });
    const handle = sent.body.data?.['verificationId'];
    const code = h.gateway.codeFor(phone);
    const login = await otp.verifyById(handle, code, { purpose: 'login' });
    expect(login.body.code).toBe('otp_invalid');
    const right = { sessionId: 'shop-a', purpose: 'payment' };
    expect((await otp.verifyById(handle, code, right)).status).toBe(200);
  });

  it('takes the handle of a replaced code as dead', async () => {
    const phone = nextNumber();
    const handle = (await otp.send(phone)).body.data?.['verificationId'];
    const code = h.gateway.codeFor(phone);
    h.advance(61);
    await otp.send(phone);
    expect((await otp.verifyById(handle, code)).body.code).toBe('otp_invalid');
    expect((await otp.row(phone)).attempts).toBe(0);
  });

  it("answers attempts at an unknown handle alike, and keeps nothing of them beyond a code's life", async () => {
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await otp.verifyById(NO_SUCH_HANDLE, '123456'));
    expect(answers.map(({ body }) => body.code)).toEqual(Array(5).fill('otp_invalid'));
    expect(answers.map(({ body }) => body.attemptsLeft)).toEqual([2, 1, 0, 0, 0]);
    const counters = createCounterStore(h.database);
    h.advance(5 * 300);
    while (!(await counters.prune(h.now(), 100)).isDone);
    const left = await h.database.statements.select(
      `SELECT "limitKey" FROM "rate_limits" WHERE "limitKey" LIKE $1`,
      [`otp-%${NO_SUCH_HANDLE}`],
    );
    expect(left).toEqual([]);
  });
});
