import { describe, expect, it } from 'vitest';
import { type Limit, type Rate, toRate } from '../../src/domain/rate-limit.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Pseudo-random numbers from 0 to 1, the same in every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** When events pass that are tried at `moments`, by the rule of the counters. */
function pass(limit: Limit, moments: readonly number[]): number[] {
  const { burst, intervalMs, toleranceMs } = toRate(limit);
  let resetsAt = 0;
  return moments.filter((now) => {
    if (resetsAt > now + (burst - 1) * intervalMs + toleranceMs) return false;
    resetsAt = Math.max(resetsAt, now) + intervalMs;
    return true;
  });
}

/** The most events in any window, both of its ends included. */
function mostInWindow(passed: readonly number[], windowMs: number): number {
  let [from, most] = [0, 0];
  passed.forEach((at, index) => {
    while (at - (passed[from] ?? at) > windowMs) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

/** Moments as an attacker could choose them: crowds, pauses, and tries just as room comes back. */
function drawMoments(random: () => number, { intervalMs, toleranceMs }: Rate): number[] {
  const moments: number[] = [];
  let now = 1_700_000_000_000;
  for (let i = 0; i < 400; i += 1) {
    const kind = random();
    if (kind < 0.5) now += Math.floor(random() * 3);
    else if (kind < 0.8) now += intervalMs - toleranceMs - 1 + Math.floor(random() * 3);
    else now += Math.floor(random() * 30 * intervalMs);
    moments.push(now);
  }
  return moments;
}

const limits: Limit[] = [
  { name: 'wrong codes of a number in an hour', max: 10, windowSeconds: HOUR },
  { name: 'wrong codes of a number in a day', max: 20, windowSeconds: DAY },
  { name: 'sends to a number in an hour', max: 5, windowSeconds: HOUR },
  { name: 'one in a minute', max: 1, windowSeconds: 60 },
  { name: 'two in an hour', max: 2, windowSeconds: HOUR },
  { name: 'three in seven seconds', max: 3, windowSeconds: 7 },
];

describe('the rate of a limit', () => {
  it.each(limits)('F9: holds $max in every window of $windowSeconds s: $name', (limit) => {
    const windowMs = (limit.windowSeconds ?? 0) * 1000;
    for (let seed = 1; seed <= 200; seed += 1) {
      const passed = pass(limit, drawMoments(createRandom(seed), toRate(limit)));
      expect(mostInWindow(passed, windowMs - 1), `seed ${seed}`).toBeLessThanOrEqual(limit.max);
    }
  });

  it.each<Limit>([
    { name: 'half of it at once', max: 10, windowSeconds: HOUR },
    { name: 'all of it at once', max: 5, windowSeconds: HOUR, burst: 5 },
    { name: 'all of a short window at once', max: 5, windowSeconds: 300, burst: 5 },
  ])(
    'lets all of a burst pass whose events come in another order than their times: $name',
    (limit) => {
      const start = 1_700_000_000_000;
      expect(
        pass(
          limit,
          [9, 7, 3, 1, 0].map((ms) => start + 90 * ms),
        ),
      ).toHaveLength(5);
      expect(pass(limit, Array(6).fill(start))).toHaveLength(5);
    },
  );

  it('F9: lets half of it pass at once, and all of it in a window that begins with a burst', () => {
    const limit: Limit = { name: 'day', max: 20, windowSeconds: DAY };
    const start = 1_700_000_000_000;
    const everySecond = Array.from({ length: DAY }, (_, second) => start + second * 1000);
    const passed = pass(limit, everySecond);
    expect(passed.filter((at) => at < start + 60_000)).toHaveLength(10);
    expect(passed).toHaveLength(20);
  });

  it('lets all of a limit with a full burst pass at once, and no more than twice of it in a window', () => {
    const limit: Limit = { name: 'minute', max: 60, windowSeconds: 60, burst: 60 };
    const start = 1_700_000_000_000;
    expect(pass(limit, Array(100).fill(start))).toHaveLength(60);
    const passed = pass(
      limit,
      Array.from({ length: 120_000 }, (_, ms) => start + ms),
    );
    expect(mostInWindow(passed, 60_000 - 1)).toBeLessThan(2 * 60);
  });

  it('keeps a count without a window for more than a year, and not for ever', () => {
    const { burst, intervalMs } = toRate({ name: 'row', max: 100, windowSeconds: undefined });
    expect(burst).toBe(100);
    expect(intervalMs / 86_400_000).toBeGreaterThan(365);
    expect(Number.isSafeInteger(Date.now() + 100 * intervalMs)).toBe(true);
  });
});
