import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onEveryDatabase } from '../../../support/database/lanes.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createOtpCalls, inBatches, inParallel, tally } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const DEFAULT_HASH = { OTP_HASH_MEMORY_KIB: '19456', OTP_HASH_TIME_COST: '2' };

onEveryDatabase('people who are right at the same moment on %s', (dialect) => {
  it('F1: are all let in by one server with one key', async () => {
    // CI hashes for each of three databases; a quiet machine needs a third of this wait.
    const env = { ...DEFAULT_HASH, OTP_HASH_MAX_WAIT_SECONDS: '60' };
    const h = await createHarness({ dialect, env });
    const otp = createOtpCalls(h);
    const phones = Array.from({ length: 500 }, nextNumber);
    await inBatches(phones, (phone) => otp.sendCode(phone));
    const answers = await inParallel(phones.length, (i) => {
      const phone = phones[i] ?? '';
      return otp.verify(phone, h.gateway.codeFor(phone));
    });
    expect(tally(answers)).toEqual({ '200': 500 });
    await h.close();
  }, 180_000);

  it('F1: are told to wait for a second at most, when they all have the same number', async () => {
    const h = await createHarness({ dialect });
    const otp = createOtpCalls(h);
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    const answers = await inParallel(200, () => otp.verify(phone, code));
    expect(tally(answers)['200']).toBe(1);
    const waits = answers.flatMap(({ body }) => body.retryAfter ?? []);
    expect(waits.filter((wait) => wait > 1)).toEqual([]);
    // The same code once more is no attempt either: nobody is locked out by pressing twice.
    for (let i = 0; i < 20; i += 1) expect((await otp.verify(phone, code)).status).toBe(400);
    const again = await otp.sendCode(phone);
    expect((await otp.verify(phone, again)).status).toBe(200);
    await h.close();
  });
});

describe('more people than the hashes can serve in time', () => {
  it('F1: find a place after the wait that they are told', async () => {
    const env = { ...DEFAULT_HASH, OTP_HASH_CONCURRENCY: '1', OTP_HASH_MAX_WAIT_SECONDS: '1' };
    const h = await createHarness({ env });
    const otp = createOtpCalls(h);
    const phones = Array.from({ length: 150 }, nextNumber);
    await inBatches(phones, (phone) => otp.sendCode(phone), 3);
    const answers = await Promise.all(
      phones.map(async (phone) => {
        const verify = () => otp.verify(phone, h.gateway.codeFor(phone));
        const first = await verify();
        if (first.status !== 503) return [first];
        await pause(Number(first.headers['retry-after']) * 1000);
        return [first, await verify()];
      }),
    );
    expect(tally(answers.flatMap(([first]) => first ?? []))['overloaded']).toBeGreaterThan(0);
    expect(tally(answers.flatMap((tries) => tries.at(-1) ?? []))).toEqual({ '200': 150 });
    await h.close();
  }, 180_000);
});
