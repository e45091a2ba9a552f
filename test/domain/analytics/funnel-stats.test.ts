import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  emptyCounts,
  HISTOGRAM_BUCKETS,
  type Histogram,
  quantile,
} from '../../../src/domain/analytics/funnel-stats.ts';

/** The ranges of times in milliseconds. */
function toTimes(milliseconds: readonly number[]): Histogram {
  const times = [...emptyCounts.deliveredIn];
  for (const time of milliseconds) times[bucketOf(time)] = (times[bucketOf(time)] ?? 0) + 1;
  return times;
}

describe('the ranges of times', () => {
  it.each([
    ['nothing, and a clock that went back', [0, -5], 0],
    ['the end of the first', [250], 0],
    ['just above it', [251, 353], 1],
    ['the end of the third', [500], 2],
    ['a second', [1000], 4],
    ['the longest life of a code', [600_000], 23],
    ['all that is longer', [10_000_000], HISTOGRAM_BUCKETS - 1],
  ])('have a place for %s', (_, times, range) => {
    expect(times.map(bucketOf)).toEqual(times.map(() => range));
  });
});

describe('a quantile', () => {
  it('is nothing of nothing', () => {
    expect(quantile(emptyCounts.deliveredIn, 0.5)).toBeUndefined();
  });

  it.each([0.5, 0.95])('of share %d is off by less than √2, whatever the times are', (share) => {
    for (const scale of [300, 1000, 4321, 77_777, 400_000]) {
      // Squares, so that they are not spread evenly.
      const times = Array.from({ length: 200 }, (_, i) => 251 + scale * ((i + 1) / 200) ** 2);
      const exact = times[Math.ceil(share * times.length) - 1] ?? 0;
      const told = quantile(toTimes(times), share) ?? 0;
      expect(told / exact).toBeGreaterThan(Math.SQRT1_2);
      expect(told / exact).toBeLessThan(Math.SQRT2);
    }
  });

  it('never falls while the share rises', () => {
    const times = toTimes([300, 900, 2000, 2100, 60_000]);
    const told = [0, 0.2, 0.4, 0.5, 0.8, 0.95, 1].map((share) => quantile(times, share) ?? 0);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });
});
