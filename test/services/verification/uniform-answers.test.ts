import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadArgon2Engine } from '../../../src/lib/argon2-engine.ts';
import type { Answer } from '../../support/client.ts';
import { dialects } from '../../support/databases.ts';
import { createHarness, type Harness } from '../../support/harness.ts';
import { createOtpCalls, type OtpCalls, wrongCodes } from '../../support/otp-calls.ts';
import { createPhoneNumbers } from '../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();
const COST = { memoryKib: 19_456, timeCost: 2 };
const ROUNDS = 15;
const WRONG_PER_CODE = 5;

/** A number in the state that its name says, and a code that is not, or no longer, accepted for it. */
type Target = { readonly phone: string; readonly guess: string };

describe.each(dialects)('a refused guess on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  beforeAll(async () => {
    const env = {
      LIMIT_FAILURES_PER_PHONE_HOUR: '0',
      LIMIT_FAILURES_PER_PHONE_DAY: '0',
      LIMIT_FAILURES_IN_A_ROW: '0',
      LIMIT_FAILURES_PER_IP_HOUR: '0',
      OTP_MAX_ATTEMPTS: String(WRONG_PER_CODE),
      OTP_HASH_MEMORY_KIB: String(COST.memoryKib),
      OTP_HASH_TIME_COST: String(COST.timeCost),
    };
    h = await createHarness({ dialect, env });
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());

  async function sent(): Promise<Target> {
    const phone = nextNumber();
    return { phone, guess: await otp.sendCode(phone) };
  }

  async function expired(): Promise<Target> {
    const target = await sent();
    h.advance(301);
    return target;
  }

  async function used(): Promise<Target> {
    const target = await sent();
    expect((await otp.verify(target.phone, target.guess)).status).toBe(200);
    return target;
  }

  async function wrong(): Promise<Target> {
    const { phone, guess } = await sent();
    return { phone, guess: wrongCodes(guess, 1)[0] ?? '' };
  }

  async function exhausted(): Promise<Target> {
    const target = await sent();
    const [wrongCode = ''] = wrongCodes(target.guess, 1);
    for (let i = 0; i < WRONG_PER_CODE; i += 1) await otp.verify(target.phone, wrongCode);
    return target;
  }

  const unknown = async (): Promise<Target> => ({ phone: nextNumber(), guess: '123456' });

  /** What a caller can tell answers apart by, but the id of the request and the time of day. */
  function look({ status, headers, body }: Answer) {
    return { status, headers: Object.keys(headers).sort(), body: { ...body, requestId: '' } };
  }

  async function guesses({ phone, guess }: Target, count: number) {
    const looks = [];
    for (let i = 0; i < count; i += 1) looks.push(look(await otp.verify(phone, guess)));
    return looks;
  }

  it('A15: looks alike whether the code is unknown, wrong, expired or used', async () => {
    const count = WRONG_PER_CODE + 2;
    const model = await guesses(await unknown(), count);
    expect(model.map(({ body }) => body.attemptsLeft)).toEqual([4, 3, 2, 1, 0, 0, 0]);
    for (const prepare of [expired, used, wrong]) {
      expect(await guesses(await prepare(), count), prepare.name).toEqual(model);
    }
    expect(await guesses(await exhausted(), 2), 'exhausted').toEqual(model.slice(-2));
  });

  it('A15: takes as long whether or not there is a code to compare with', async () => {
    const kinds = { expired, unknown, used, exhausted };
    const targets: [name: string, target: Target][] = [];
    for (const [name, prepare] of Object.entries(kinds)) targets.push([name, await prepare()]);
    const times = new Map<string, number[]>();
    const timed = async (name: string, { phone, guess }: Target) => {
      const startedAt = performance.now();
      await otp.verify(phone, guess);
      times.set(name, [...(times.get(name) ?? []), performance.now() - startedAt]);
    };
    let live = await wrong();
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round % WRONG_PER_CODE === 0) live = await wrong();
      await timed('wrong', live);
      for (const [name, target] of targets) await timed(name, target);
    }
    const medians = new Map([...times].map(([name, values]) => [name, median(values)]));
    const values = [...medians.values()];
    const gap = Math.max(...values) - Math.min(...values);
    // An answer without a hash is faster by a whole one, whatever the machine is busy with.
    expect(gap, JSON.stringify([...medians])).toBeLessThan((await timeOfHash()) / 2);
  });
});

async function timeOfHash(): Promise<number> {
  const engine = await loadArgon2Engine();
  const secret = Buffer.alloc(32, 1);
  const times = [];
  for (let i = 0; i < 15; i += 1) {
    const startedAt = performance.now();
    await engine.hash('123456', COST, secret);
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
