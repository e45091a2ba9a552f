import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { isFull } from '../../../support/full-run.ts';
import { createHarness } from '../../../support/http/harness.ts';
import { createOtpCalls, inBatches, inParallel, tally } from '../../../support/http/otp-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const DEFAULT_HASH = { OTP_HASH_MEMORY_KIB: '19456', OTP_HASH_TIME_COST: '2' };

/** In a full run, a crowd with the default hash, which takes a minute of each core. */
const CROWD = isFull ? 500 : 80;
const CROWD_HASH = isFull ? DEFAULT_HASH : {};

onOneDatabase('people who are right at the same moment on %s', (dialect) => {
  it('F1: are all let in by one server with one key', async () => {
    const env = { ...CROWD_HASH, OTP_HASH_MAX_WAIT_SECONDS: '60' };
    const h = await createHarness({ dialect, env });
    const otp = createOtpCalls(h);
    const phones = Array.from({ length: CROWD }, nextNumber);
    await inBatches(phones, (phone) => otp.sendCode(phone));
    const answers = await inParallel(phones.length, (i) => {
      const phone = phones[i] ?? '';
      return otp.verify(phone, h.gateway.codeFor(phone));
    });
    expect(tally(answers)).toEqual({ '200': phones.length });
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
    const phones = Array.from({ length: isFull ? 150 : 60 }, nextNumber);
    await inBatches(phones, (phone) => otp.sendCode(phone), 3);

    /** Waits as told until there is a place; returns how many tries it took. */
    async function insist(phone: string): Promise<number> {
      for (let count = 1; ; count += 1) {
        const { status, headers } = await otp.verify(phone, h.gateway.codeFor(phone));
        if (status === 200) return count;
        expect(status).toBe(503);
        await pause(Number(headers['retry-after']) * 1000);
      }
    }

    const tries = await Promise.all(phones.map(insist));
    expect(tries.filter((count) => count > 1).length).toBeGreaterThan(0);
    // Each hash may take longer than those by which the wait was computed, while other tests hash too.
    expect(tries.filter((count) => count > 2).length).toBeLessThanOrEqual(0.75 * phones.length);
    expect(Math.max(...tries)).toBeLessThanOrEqual(4);
    await h.close();
  }, 180_000);
});
