import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  itOnOneDatabase,
  onEveryDatabase,
  onOneDatabase,
} from '../../../support/database/lanes.ts';
import { isFull } from '../../../support/full-run.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createOtpCalls,
  inParallel,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const MINUTE = 60;
const HOUR_MS = 60 * MINUTE * 1000;
const DAY_MS = 24 * HOUR_MS;

/** The most of `moments` that lie within any `windowMs`. */
function mostWithin(moments: readonly number[], windowMs: number): number {
  const counts = moments.map(
    (from) => moments.filter((at) => at >= from && at < from + windowMs).length,
  );
  return Math.max(0, ...counts);
}

onEveryDatabase('the failure lock on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    // These tests are about wrong codes: sending must not stand in their way.
    const env = {
      LIMIT_SENDS_PER_PHONE_HOUR: '0',
      LIMIT_SENDS_PER_PHONE_DAY: '0',
      LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** Attempts wrong against fresh codes until the number is locked; returns when each was compared. */
  async function attemptUntilLocked(phone: string): Promise<{ compared: number[]; wait: unknown }> {
    const compared: number[] = [];
    for (;;) {
      h.advance(MINUTE + 1);
      for (const attempt of wrongCodes(await otp.sendCode(phone), 3)) {
        const { body, headers } = await otp.verify(phone, attempt);
        if (body.code === 'otp_locked') return { compared, wait: headers['retry-after'] };
        expect(body.code).toBe('otp_invalid');
        compared.push(h.now().getTime());
      }
    }
  }

  itOnOne(
    'A06: holds an attacker to 10 attempts in any hour, 20 in any day and 100 in a row',
    async () => {
      const phone = nextNumber();
      const compared: number[] = [];
      for (;;) {
        const { compared: some, wait } = await attemptUntilLocked(phone);
        compared.push(...some);
        if (wait === undefined) break;
        h.advance(Number(wait));
      }
      expect(compared).toHaveLength(100);
      expect(mostWithin(compared, HOUR_MS)).toBeLessThanOrEqual(10);
      expect(mostWithin(compared, DAY_MS)).toBeLessThanOrEqual(20);

      h.advance((30 * DAY_MS) / 1000);
      const code = await otp.sendCode(phone);
      const locked = await otp.verify(phone, code);
      expect([locked.status, locked.body.code]).toEqual([429, 'otp_locked']);
      expect(locked.headers['retry-after']).toBeUndefined();
      expect((await otp.unlock(phone)).status).toBe(200);
      expect((await otp.verify(phone, code)).status).toBe(200);
    },
  );

  itOnOne('A06: refuses the right code while locked, and opens after Retry-After', async () => {
    const phone = nextNumber();
    const { compared } = await attemptUntilLocked(phone);
    expect(compared).toHaveLength(5);
    h.advance(MINUTE + 1);
    const code = await otp.sendCode(phone);
    const locked = await otp.verify(phone, code);
    expect([locked.status, locked.body.code]).toEqual([429, 'otp_locked']);
    expect((await otp.row(phone)).attempts).toBe(0);
    h.advance(Number(locked.headers['retry-after']));
    const fresh = await otp.sendCode(phone);
    expect((await otp.verify(phone, fresh)).status).toBe(200);
  });

  itOnOne('A06: is lifted by an operator, which the activity log shows', async () => {
    const phone = nextNumber();
    await attemptUntilLocked(phone);
    h.advance(MINUTE + 1);
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

  itOnOne('A06: keeps counting over resends', async () => {
    const phone = nextNumber();
    const [one = '', two = '', three = ''] = wrongCodes(await otp.sendCode(phone), 3);
    for (const attempt of [one, two, three]) {
      expect((await otp.verify(phone, attempt)).body.code).toBe('otp_invalid');
    }
    h.advance(MINUTE + 1);
    expect((await otp.resend(phone)).status).toBe(200);
    const code = h.gateway.codeFor(phone);
    const answers = [];
    for (const attempt of wrongCodes(code, 3))
      answers.push((await otp.verify(phone, attempt)).body.code);
    expect(answers).toEqual(['otp_invalid', 'otp_invalid', 'otp_locked']);
    expect((await otp.verify(phone, code)).body.code).toBe('otp_locked');
  });

  itOnOne('takes a success back from the counts of the hour', async () => {
    const phone = nextNumber();
    for (let i = 0; i < 8; i += 1) {
      expect((await otp.verify(phone, await otp.sendCode(phone))).status).toBe(200);
    }
    const { compared } = await attemptUntilLocked(phone);
    expect(compared).toHaveLength(5);
  });

  it('answers attempts that race an unlock with a lock or a comparison, never with a fault', async () => {
    const phone = nextNumber();
    await attemptUntilLocked(phone);
    for (let round = 0; round < (isFull ? 5 : 2); round += 1) {
      const answers = await inParallel(60, (i) =>
        i % 6 === 5 ? otp.unlock(phone) : otp.verify(phone, '000000'),
      );
      const expected = ['200', 'otp_invalid', 'otp_locked', 'overloaded'];
      expect(Object.keys(tally(answers)).filter((kind) => !expected.includes(kind))).toEqual([]);
    }
  });
});

onOneDatabase('failures in a row on %s', (dialect) => {
  it('A06: begin anew with a success and not with a resend', async () => {
    const env = {
      LIMIT_FAILURES_IN_A_ROW: '4',
      LIMIT_FAILURES_PER_PHONE_HOUR: '0',
      LIMIT_SENDS_PER_PHONE_HOUR: '0',
      OTP_RESEND_SECONDS: '0',
    };
    const h = await createHarness({ dialect, env });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    const attempt = async (kinds: string) => {
      const code = await otp.sendCode(phone);
      const [wrong = ''] = wrongCodes(code, 1);
      const answers = [];
      for (const kind of kinds) answers.push(await otp.verify(phone, kind === 'r' ? code : wrong));
      return answers.map(({ status, body }) => body.code ?? status);
    };
    expect(await attempt('ww')).toEqual(['otp_invalid', 'otp_invalid']);
    expect(await attempt('wr')).toEqual(['otp_invalid', 200]);
    expect(await attempt('www')).toEqual(['otp_invalid', 'otp_invalid', 'otp_invalid']);
    expect(await attempt('wr')).toEqual(['otp_invalid', 'otp_locked']);
    await h.close();
  });
});
