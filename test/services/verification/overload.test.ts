import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import {
  createOtpCalls,
  inBatches,
  type OtpCalls,
  tally,
  wrongCodes,
} from '../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
/** More than a core hashes within the longest wait. */
const COUNT = 95;
/** How many of each kind are looked at again. */
const SAMPLE = 10;
/** So many at once find a place, also on a machine on which a hash takes long. */
const FEW = 1;

onOneDatabase('more attempts than the queue holds on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = {
      OTP_HASH_CONCURRENCY: '1',
      OTP_HASH_MAX_WAIT_SECONDS: '1',
      // Slow enough that all attempts have come before the queue has moved on.
      OTP_HASH_MEMORY_KIB: '19456',
      OTP_HASH_TIME_COST: '4',
      LIMIT_SENDS_PER_PREFIX_HOUR: '0',
      LIMIT_FAILURES_PER_KEY_HOUR: '0',
      LIMIT_FAILURES_PER_PHONE_HOUR: '1',
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  it('turns some away with a wait, and does not count them', async () => {
    const phones = Array.from({ length: COUNT }, nextNumber);
    const codes = await inBatches(phones, (phone) => otp.sendCode(phone), FEW);
    const wrong = codes.map((code) => wrongCodes(code, 1)[0] ?? '');
    const answers = await Promise.all(phones.map((phone, i) => otp.verify(phone, wrong[i] ?? '')));
    const counts = tally(answers);
    expect(Object.keys(counts).sort()).toEqual(['otp_invalid', 'overloaded']);
    const turnedAway = answers.filter(({ status }) => status === 503);
    expect(turnedAway.filter(({ headers }) => Number(headers['retry-after']) < 1)).toEqual([]);
    const rows = await Promise.all(phones.map((phone) => otp.row(phone)));
    const miscounted = rows.filter(
      ({ attempts }, i) => attempts !== (answers[i]?.status === 503 ? 0 : 1),
    );
    expect(miscounted.map(({ phoneNumber }) => phoneNumber)).toEqual([]);

    // One failure locks a number here: who was turned away has it still, who was answered has not.
    for (const [status, next] of [
      [503, 200],
      [400, 429],
    ] as const) {
      const some = phones.filter((_, i) => answers[i]?.status === status).slice(0, SAMPLE);
      const again = await inBatches(
        some,
        (phone) => otp.verify(phone, h.gateway.codeFor(phone)),
        FEW,
      );
      expect(again.map((answer) => answer.status)).toEqual(some.map(() => next));
    }
  });

  it('turns sends away without starting their cooldown', async () => {
    const phones = Array.from({ length: COUNT }, nextNumber);
    const answers = await Promise.all(phones.map((phone) => otp.send(phone)));
    expect(Object.keys(tally(answers)).sort()).toEqual(['200', 'overloaded']);
    const turnedAway = phones.filter((_, i) => answers[i]?.status === 503);
    for (const phone of turnedAway) expect(await otp.rows(phone)).toEqual([]);
    const some = turnedAway.slice(0, SAMPLE);
    expect(tally(await inBatches(some, (phone) => otp.send(phone), FEW))).toEqual({
      '200': some.length,
    });
  });
});
