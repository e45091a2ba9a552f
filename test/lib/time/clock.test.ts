import { describe, expect, it } from 'vitest';
import { addSeconds, secondsUntil, systemClock } from '../../../src/lib/time/clock.ts';

const NOW = new Date('2026-03-29T00:59:59.500Z');

describe('the clock', () => {
  it('tells the time of the system', () => {
    const before = Date.now();
    const told = systemClock().getTime();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  it('adds seconds, over a change to summer time too, and leaves the time it was given', () => {
    expect(addSeconds(NOW, 3600).toISOString()).toBe('2026-03-29T01:59:59.500Z');
    expect(addSeconds(NOW, -0.5).toISOString()).toBe('2026-03-29T00:59:59.000Z');
    expect(NOW.toISOString()).toBe('2026-03-29T00:59:59.500Z');
  });

  it.each([
    [0, 0],
    [0.001, 1],
    [1, 1],
    [1.001, 2],
    [300, 300],
    [-0.001, 0],
    [-300, 0],
  ])('counts the seconds until %s seconds from now as %i', (offset, seconds) => {
    expect(secondsUntil(addSeconds(NOW, offset), NOW)).toBe(seconds);
  });
});
