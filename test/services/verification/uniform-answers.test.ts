import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT_ID } from '../../../src/domain/access/caller.ts';
import { loadArgon2Engine } from '../../../src/lib/crypto/argon2-engine.ts';
import { checkCode } from '../../../src/services/verification/check-code.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import type { Answer } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../support/http/otp-calls.ts';
import { OWNER } from '../../support/owner.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';
import { createCountedVerification } from '../../support/spy-verification.ts';

const nextNumber = createPhoneNumbers();
const DEAR = { memoryKib: 19_456, timeCost: 4 };
const WRONG_PER_CODE = 5;
const NO_LIMITS = {
  LIMIT_FAILURES_PER_PHONE_HOUR: '0',
  LIMIT_FAILURES_PER_PHONE_DAY: '0',
  LIMIT_FAILURES_IN_A_ROW: '0',
  LIMIT_FAILURES_PER_IP_HOUR: '0',
  LIMIT_FAILURES_PER_KEY_HOUR: '0',
  OTP_MAX_ATTEMPTS: String(WRONG_PER_CODE),
};

/** A number in the state that its name says, and a code that is not, or no longer, accepted for it. */
type Target = { readonly phone: string; readonly attempt: string };

onOneDatabase('a refused attempt on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    h = await createHarness({ dialect, env: NO_LIMITS });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  async function sent(): Promise<Target> {
    const phone = nextNumber();
    return { phone, attempt: await otp.sendCode(phone) };
  }

  async function expired(): Promise<Target> {
    const target = await sent();
    h.advance(301);
    return target;
  }

  async function used(): Promise<Target> {
    const target = await sent();
    expect((await otp.verify(target.phone, target.attempt)).status).toBe(200);
    return target;
  }

  async function wrong(): Promise<Target> {
    const { phone, attempt } = await sent();
    return { phone, attempt: wrongCodes(attempt, 1)[0] ?? '' };
  }

  async function exhausted(): Promise<Target> {
    const target = await sent();
    const [wrongCode = ''] = wrongCodes(target.attempt, 1);
    for (let i = 0; i < WRONG_PER_CODE; i += 1) await otp.verify(target.phone, wrongCode);
    return target;
  }

  const unknown = async (): Promise<Target> => ({ phone: nextNumber(), attempt: '123456' });

  /** What a caller can tell answers apart by, but the id of the request and the time of day. */
  function look({ status, headers, body }: Answer) {
    return { status, headers: Object.keys(headers).sort(), body: { ...body, requestId: '' } };
  }

  async function attempts({ phone, attempt }: Target, count: number) {
    const looks = [];
    for (let i = 0; i < count; i += 1) looks.push(look(await otp.verify(phone, attempt)));
    return looks;
  }

  it('A15: looks alike whether the code is unknown, wrong, expired or used', async () => {
    const count = WRONG_PER_CODE + 2;
    const model = await attempts(await unknown(), count);
    expect(model.map(({ body }) => body.attemptsLeft)).toEqual([4, 3, 2, 1, 0, 0, 0]);
    for (const prepare of [expired, used, wrong]) {
      expect(await attempts(await prepare(), count), prepare.name).toEqual(model);
    }
    expect(await attempts(await exhausted(), 2), 'exhausted').toEqual(model.slice(-2));
  });

  it('A15: costs one hash of our own cost, whether or not there is a code to compare with', async () => {
    const { verification, compared } = await createCountedVerification(h);
    for (const prepare of [unknown, wrong, expired, used, exhausted]) {
      const { phone, attempt } = await prepare();
      const scope = { accountId: DEFAULT_ACCOUNT_ID, phoneNumber: phone, purpose: 'login' };
      const target = { ref: { scope }, sessionId: undefined, purpose: undefined };
      compared.length = 0;
      expect((await checkCode(verification, OWNER, target, attempt)).outcome).toBe('invalid');
      expect(compared, prepare.name).toEqual([expect.stringContaining('$m=1024,t=1,p=1$')]);
    }
  });
});

describe('the time of a refused attempt', () => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const { memoryKib, timeCost } = DEAR;
    const cost = { OTP_HASH_MEMORY_KIB: String(memoryKib), OTP_HASH_TIME_COST: String(timeCost) };
    h = await createHarness({ env: { ...NO_LIMITS, ...cost } });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  /** The difference between a number that never had a code and one with a live code, in hashes. */
  async function measureGap(): Promise<number> {
    const [stranger, known] = [nextNumber(), nextNumber()];
    const [attempt = ''] = wrongCodes(await otp.sendCode(known), 1);
    const engine = await loadArgon2Engine();
    const times = { known: [] as number[], stranger: [] as number[], hash: [] as number[] };
    for (let round = 0; round < WRONG_PER_CODE; round += 1) {
      times.known.push(await timeOf(() => otp.verify(known, attempt)));
      times.stranger.push(await timeOf(() => otp.verify(stranger, attempt)));
      times.hash.push(await timeOf(() => engine.hash(attempt, DEAR, Buffer.alloc(32, 1))));
    }
    return (Math.min(...times.known) - Math.min(...times.stranger)) / Math.min(...times.hash);
  }

  it('A15: does not tell whether there is a code to compare with', async () => {
    // A busy machine blurs one measurement; an answer without its hash is too fast in each of them.
    let gap = 1;
    for (let tries = 0; tries < 12 && Math.abs(gap) > 0.4; tries += 1) gap = await measureGap();
    expect(Math.abs(gap)).toBeLessThanOrEqual(0.4);
  });
});

async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}
