import { afterEach, beforeEach, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls } from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const HOUR = 3600;
const TEN_YEARS = 10 * 365 * 24 * HOUR;

onEveryDatabase('F15: the clock of a machine (%s)', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let otp: ReturnType<typeof createOtpCalls>;
  let phoneNumber: string;
  beforeEach(async () => {
    h = await createHarness({ dialect, env: { LOG_LEVEL: 'error' } });
    otp = createOtpCalls(h);
    phoneNumber = nextNumber();
  });
  afterEach(() => h.close());

  const codeOf = async (code: string) => (await otp.verify(phoneNumber, code)).body.code;
  const statusOf = async () => (await otp.status(phoneNumber)).body.data;

  itOnOne.each([
    ['an hour', HOUR],
    ['ten years', TEN_YEARS],
    ['six seconds', 6],
  ])('that is set back by %s prolongs no code', async (_, seconds) => {
    const code = await otp.sendCode(phoneNumber);
    h.advance(-seconds - 1);
    expect(await statusOf()).toMatchObject({ status: 'expired', canVerify: false, expiresIn: 0 });
    expect(await codeOf(code)).toBe('otp_invalid');
    // What was sent before is not lost when the clock is right again.
    h.advance(seconds + 1);
    expect((await otp.verify(phoneNumber, code)).status).toBe(200);
  });

  itOnOne('that differs a little from that of another node costs nobody a code', async () => {
    const code = await otp.sendCode(phoneNumber);
    h.advance(-3);
    expect((await otp.verify(phoneNumber, code)).status).toBe(200);
  });

  itOnOne(
    'that was ten years ahead for one code leaves it no life when it is right again',
    async () => {
      h.advance(TEN_YEARS);
      const code = await otp.sendCode(phoneNumber);
      h.advance(-TEN_YEARS);
      expect(await codeOf(code)).toBe('otp_invalid');
      expect(await statusOf()).toMatchObject({ status: 'expired', canVerify: false });
    },
  );

  itOnOne.each([
    ['an attempt', (code: string) => codeOf(code)],
    ['its status', () => statusOf()],
  ])('that is set back revives no code whose end was seen by %s', async (_, see) => {
    const code = await otp.sendCode(phoneNumber);
    h.advance(301);
    await see(code);
    h.advance(-291);
    expect(await codeOf(code)).toBe('otp_invalid');
    expect((await otp.row(phoneNumber)).status).toBe('expired');
  });

  it('that is set back between the attempt and its success lets nobody in', async () => {
    await otp.sendCode(phoneNumber);
    const { id } = await otp.row(phoneNumber);
    const earlier = new Date(h.now().getTime() - HOUR * 1000);
    const used = Array.from({ length: 20 }, () => h.nodes.markVerified(id, earlier));
    expect((await Promise.all(used)).filter(Boolean)).toEqual([]);
  });
});
