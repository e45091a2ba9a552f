import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../../support/databases.ts';
import { createHarness, type Harness } from '../../support/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../support/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const MINUTE = 60;
const DAY_MINUTES = 24 * 60;
/** Divides an hour and a day, and is slow enough for five sends an hour. */
const STEP_MINUTES = 15;

const total = (counts: readonly number[]) => counts.reduce((sum, one) => sum + one, 0);

describe.each(dialects)('the failure lock on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    // An address may fail 60 times an hour, and a key 300; these tests are about the number.
    const env = { LIMIT_FAILURES_PER_IP_HOUR: '0', LIMIT_FAILURES_PER_KEY_HOUR: '0' };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** Asks for a code and spends its attempts, as often as the service lets it; returns how many it took. */
  async function guessAll(phone: string): Promise<number> {
    await otp.send(phone);
    let compared = 0;
    for (const guess of wrongCodes(h.gateway.codeFor(phone), 3)) {
      if ((await otp.verify(phone, guess)).body.code === 'otp_invalid') compared += 1;
    }
    return compared;
  }

  /** Guesses as long as `mayGoOn`, then lets the day end; returns how many were compared in each hour. */
  async function guessForOneDay(phone: string, mayGoOn: (soFar: number) => boolean) {
    const perHour: number[] = Array(24).fill(0);
    let minute = 0;
    for (; minute < DAY_MINUTES && mayGoOn(total(perHour)); minute += STEP_MINUTES) {
      const hour = Math.floor(minute / 60);
      perHour[hour] = (perHour[hour] ?? 0) + (await guessAll(phone));
      h.advance(STEP_MINUTES * MINUTE);
    }
    h.advance((DAY_MINUTES - minute) * MINUTE);
    return perHour;
  }

  /** Fails exactly `count` times, with as many codes and as much time as that takes. */
  async function fail(phone: string, count: number): Promise<void> {
    for (let left = count; left > 0; h.advance(12 * MINUTE)) {
      for (const guess of wrongCodes(await otp.sendCode(phone), Math.min(3, left))) {
        expect((await otp.verify(phone, guess)).body.code).toBe('otp_invalid');
        left -= 1;
      }
    }
  }

  it('A06: holds an attacker to 10 guesses an hour, 20 a day and 100 in all', async () => {
    const phone = nextNumber();
    const perDay: number[] = [];
    const perHour: number[] = [];
    for (let day = 0; day < 8; day += 1) {
      // Nothing more can be had of a day that is used up, so its rest need not be walked.
      const mayGoOn = (soFar: number) => soFar < 20 && total(perDay) + soFar < 100;
      const ofDay = await guessForOneDay(phone, mayGoOn);
      perDay.push(total(ofDay));
      perHour.push(...ofDay);
    }
    expect(Math.max(...perHour)).toBeLessThanOrEqual(10);
    expect(perDay).toEqual([20, 20, 20, 20, 20, 0, 0, 0]);

    await otp.send(phone);
    const locked = await otp.verify(phone, h.gateway.codeFor(phone));
    expect([locked.status, locked.body.code]).toEqual([429, 'otp_locked']);
    expect(locked.headers['retry-after']).toBeUndefined();
    h.advance(30 * DAY_MINUTES * MINUTE);
    const code = await otp.sendCode(phone);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_locked');
    expect((await otp.unlock(phone)).status).toBe(200);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  it('A06: refuses the right code while locked, and opens after Retry-After', async () => {
    const phone = nextNumber();
    await fail(phone, 10);
    const code = await otp.sendCode(phone);
    const locked = await otp.verify(phone, code);
    expect([locked.status, locked.body.code]).toEqual([429, 'otp_locked']);
    expect((await otp.row(phone)).attempts).toBe(0);
    h.advance(Number(locked.headers['retry-after']));
    const fresh = await otp.sendCode(phone);
    expect((await otp.verify(phone, fresh)).status).toBe(200);
  });

  it('A06: is lifted by an operator, which the activity log shows', async () => {
    const phone = nextNumber();
    await fail(phone, 10);
    const code = await otp.sendCode(phone);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_locked');
    expect((await otp.unlock(phone)).status).toBe(200);
    expect((await otp.verify(phone, code)).status).toBe(200);
    const logged = await h.database.models.ActivityLog.findAll({
      where: { phoneNumber: phone, action: ['limit_hit', 'otp_unlock'] },
    });
    // Nobody waits for the row of a refusal: it may come after the other.
    expect(logged.map(({ action, status }) => `${action} ${status}`).sort()).toEqual([
      'limit_hit error',
      'otp_unlock success',
    ]);
  });

  it('A06: keeps counting over resends', async () => {
    const phone = nextNumber();
    await fail(phone, 9); // Three codes: a resend between each three.
    const code = await otp.sendCode(phone);
    const [wrong = '', next = ''] = wrongCodes(code, 2);
    expect((await otp.verify(phone, wrong)).body.code).toBe('otp_invalid');
    expect((await otp.verify(phone, next)).body.code).toBe('otp_locked');
    expect((await otp.verify(phone, code)).body.code).toBe('otp_locked');
  });

  it('takes a success back from the counts of the hour', async () => {
    const phone = nextNumber();
    await fail(phone, 9);
    expect((await otp.verify(phone, await otp.sendCode(phone))).status).toBe(200);
    h.advance(MINUTE + 1);
    const code = await otp.sendCode(phone);
    const [wrong = '', next = ''] = wrongCodes(code, 2);
    expect((await otp.verify(phone, wrong)).body.code).toBe('otp_invalid');
    expect((await otp.verify(phone, next)).body.code).toBe('otp_locked');
  });

  it('answers guesses that race an unlock with a lock or a comparison, never with a fault', async () => {
    const phone = nextNumber();
    await fail(phone, 10);
    for (let round = 0; round < 5; round += 1) {
      const answers = await inParallel(60, (i) =>
        i % 6 === 5 ? otp.unlock(phone) : otp.verify(phone, '000000'),
      );
      const expected = ['200', 'otp_invalid', 'otp_locked', 'overloaded'];
      expect(Object.keys(tally(answers)).filter((kind) => !expected.includes(kind))).toEqual([]);
    }
  });
});

describe.each(dialects)('failures in a row on %s', (dialect) => {
  it('A06: begin anew with a success and not with a resend', async () => {
    const env = {
      LIMIT_FAILURES_IN_A_ROW: '4',
      LIMIT_FAILURES_PER_PHONE_HOUR: '0',
      OTP_RESEND_SECONDS: '0',
    };
    const h = await createHarness({ dialect, env });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    const guess = async (kinds: string) => {
      const code = await otp.sendCode(phone);
      const [wrong = ''] = wrongCodes(code, 1);
      const answers = [];
      for (const kind of kinds) answers.push(await otp.verify(phone, kind === 'r' ? code : wrong));
      return answers.map(({ status, body }) => body.code ?? status);
    };
    expect(await guess('ww')).toEqual(['otp_invalid', 'otp_invalid']);
    expect(await guess('wr')).toEqual(['otp_invalid', 200]);
    expect(await guess('www')).toEqual(['otp_invalid', 'otp_invalid', 'otp_invalid']);
    expect(await guess('wr')).toEqual(['otp_invalid', 'otp_locked']);
    await h.close();
  });
});
