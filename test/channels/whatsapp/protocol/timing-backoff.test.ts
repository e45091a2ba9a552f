import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  DEFAULT_TIMING,
  linkingMs,
} from '../../../../src/channels/whatsapp/protocol/timing.ts';

const LEAST = () => 0;
const MOST = () => 1;

const ATTEMPTS = [1, 2, 3, 4, 5, 6, 7, 8, 50, 5000];
const FULL_MS = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000];

describe('the wait before another try', () => {
  it('doubles with every failure, up to the longest', () => {
    expect(ATTEMPTS.map((attempt) => backoffMs(attempt, DEFAULT_TIMING, MOST))).toEqual(FULL_MS);
  });

  it('is never shorter than half of that', () => {
    const halves = FULL_MS.map((full) => full / 2);
    expect(ATTEMPTS.map((attempt) => backoffMs(attempt, DEFAULT_TIMING, LEAST))).toEqual(halves);
  });

  it('lies anywhere between, so that many sessions do not come back at one moment', () => {
    const waits = Array.from({ length: 500 }, () => backoffMs(3, DEFAULT_TIMING, Math.random));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4000);
    expect(new Set(waits).size).toBeGreaterThan(300);
  });
});

it('an attempt to link lasts as long as its six QRs', () => {
  expect(linkingMs(DEFAULT_TIMING)).toBe(60_000 + 5 * 20_000);
});
