import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  itOnOneDatabase,
  onEveryDatabase,
  onOneDatabase,
} from '../../../support/database/lanes.ts';
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
const DAY_SECONDS = 86_400;

onEveryDatabase('the two locks of a number on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = {
      LIMIT_SENDS_PER_PHONE_HOUR: '0',
      LIMIT_SENDS_PER_PHONE_DAY: '0',
      LIMIT_SENDS_PER_PHONE_DAY_ALL_ACCOUNTS: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
      LIMIT_FAILURES_IN_A_ROW: '6',
      OTP_RESEND_SECONDS: '0',
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  async function send(phone: string) {
    const { status, body } = await otp.send(phone);
    expect(status).toBe(200);
    const { verificationId, lockedUntil } = body.data ?? {};
    return { verificationId, lockedUntil, code: h.gateway.codeFor(phone) };
  }

  /** Attempts by number as somebody does who knows nothing else, until that is refused. */
  async function lock(phone: string): Promise<void> {
    for (let i = 0; i < 30; i += 1) {
      if ((await otp.verify(phone, '000000')).body.code === 'otp_locked') return;
    }
    throw new Error(`${phone} was never locked`);
  }

  itOnOne(
    'F3: leave whoever holds the handle in, while attempts by number are refused',
    async () => {
      const phone = nextNumber();
      expect((await send(phone)).lockedUntil).toBeNull();
      await lock(phone);
      const { verificationId, lockedUntil, code } = await send(phone);
      expect(Date.parse(String(lockedUntil))).toBeGreaterThan(h.now().getTime());
      expect((await otp.verify(phone, code)).body.code).toBe('otp_locked');
      const status = await otp.status(phone);
      expect(status.body.data).toMatchObject({ canVerify: false, lockedUntil: expect.any(String) });
      expect((await otp.verifyById(verificationId, code)).status).toBe(200);
    },
  );

  itOnOne('F3: unlock the number with a right code that came by its handle', async () => {
    const phone = nextNumber();
    await lock(phone);
    const locked = await send(phone);
    expect((await otp.verifyById(locked.verificationId, locked.code)).status).toBe(200);
    const { lockedUntil, code } = await send(phone);
    expect(lockedUntil).toBeNull();
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  itOnOne('F3: never lock a number for good by attempts where no code lives', async () => {
    const phone = nextNumber();
    for (let day = 0; day < 10; day += 1) {
      await lock(phone);
      h.advance(DAY_SECONDS);
    }
    const { code } = await send(phone);
    expect((await otp.verify(phone, code)).status).toBe(200);
  });

  itOnOne(
    'F3: lock attempts by handle after as many in a row, and say so instead of sending',
    async () => {
      const phone = nextNumber();
      for (let i = 0; i < 2; i += 1) {
        const { verificationId, code } = await send(phone);
        for (const attempt of wrongCodes(code, 3)) {
          expect((await otp.verifyById(verificationId, attempt)).body.code).toBe('otp_invalid');
        }
      }
      const { verificationId, code } = await send(phone);
      const locked = await otp.verifyById(verificationId, code);
      expect([locked.body.code, locked.headers['retry-after']]).toEqual(['otp_locked', undefined]);
      expect((await otp.row(phone)).attempts).toBe(0);
      // By number there is a way still; without that one, a message would be of no use.
      await lock(phone);
      const sent = otp.messagesTo(phone).length;
      expect((await otp.send(phone)).body.code).toBe('otp_locked');
      expect(otp.messagesTo(phone)).toHaveLength(sent);
      expect((await otp.unlock(phone)).status).toBe(200);
      const fresh = await send(phone);
      expect((await otp.verifyById(fresh.verificationId, fresh.code)).status).toBe(200);
    },
  );

  it('F3: compare no more attempts by handle in parallel than a code and the row take', async () => {
    const phone = nextNumber();
    const { verificationId, code } = await send(phone);
    const answers = await inParallel(60, (i) =>
      otp.verifyById(verificationId, wrongCodes(code, 60)[i] ?? ''),
    );
    const { otp_invalid: invalid = 0, otp_locked: locked = 0 } = tally(answers);
    expect(invalid + locked).toBe(60);
    expect((await otp.row(phone)).attempts).toBe(3);
    expect((await otp.verifyById(verificationId, code)).status).toBe(400);
  });

  itOnOne(
    'F18a: tell by attemptsLeft nothing about whether a code was just asked for',
    async () => {
      const [asked, silent] = [nextNumber(), nextNumber()];
      const attempt = async (phone: string) =>
        (await otp.verify(phone, '000000')).body.attemptsLeft;
      const before = [];
      for (let i = 0; i < 3; i += 1) before.push([await attempt(asked), await attempt(silent)]);
      expect(before).toEqual([
        [2, 2],
        [1, 1],
        [0, 0],
      ]);
      const { code } = await send(asked);
      const wrong = wrongCodes(code, 1)[0] ?? '';
      const left = (await otp.verify(asked, wrong)).body.attemptsLeft;
      expect(left).toBe(await attempt(silent));
    },
  );
});

onOneDatabase('the cooldown on %s', (dialect) => {
  it('ends with a right code: log in, log out, log in', async () => {
    const h = await createHarness({ dialect });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    const first = await otp.sendCode(phone);
    expect((await otp.send(phone)).body.code).toBe('resend_too_soon');
    expect((await otp.verify(phone, first)).status).toBe(200);
    const second = await otp.sendCode(phone);
    expect((await otp.send(phone)).body.code).toBe('resend_too_soon');
    expect((await otp.verify(phone, second)).status).toBe(200);
    await h.close();
  });
});
