import { describe, expect, it } from 'vitest';
import { eventTypes } from '../../../src/domain/webhooks/event-types.ts';
import {
  isTooLate,
  mostAttempts,
  type NextAttempt,
  planNextAttempt,
  type RetryFacts,
} from '../../../src/domain/webhooks/retry-schedule.ts';

const OCCURRED_AT = new Date('2026-11-30T12:00:00Z');
const HOUR = 3600;
const DAY = 24 * HOUR;
/** The schedule of Standard Webhooks. */
const SCHEDULE = [0, 5, 300, 1800, 2, 5, 10, 14, 20, 24].map((delay, index) =>
  index < 4 ? delay : delay * HOUR,
);
const MIDDLE = () => 0.5;
const LOWEST = () => 0;
const HIGHEST = () => 1 - 2 ** -32;

type Given = Partial<RetryFacts> & { readonly now?: Date; readonly random?: () => number };

function plan({ now = OCCURRED_AT, random = MIDDLE, ...facts }: Given = {}): NextAttempt {
  const usual = { type: 'verification.approved', occurredAt: OCCURRED_AT, attempts: 0 };
  return planNextAttempt({ ...usual, ...facts }, { now, random });
}

/** Seconds until the next attempt. */
function waitOf(given: Given): number {
  const next = plan(given);
  if (next.kind !== 'due') throw new Error(next.reason);
  return (next.at.getTime() - (given.now ?? OCCURRED_AT).getTime()) / 1000;
}

/** The delays of all attempts that are made if each fails at once. */
function runOf(type: string, random = MIDDLE): number[] {
  const delays: number[] = [];
  let now = OCCURRED_AT;
  for (let attempts = 0; attempts < 100; attempts += 1) {
    const next = plan({ type, attempts, now, random });
    if (next.kind === 'dropped') break;
    delays.push((next.at.getTime() - now.getTime()) / 1000);
    now = next.at;
  }
  return delays;
}

describe('the schedule', () => {
  it.each(eventTypes.filter((type) => !type.startsWith('delivery.')))('of %s is whole', (type) => {
    expect(runOf(type)).toEqual(SCHEDULE);
    expect(mostAttempts(type)).toBe(10);
  });

  it.each(eventTypes.filter((type) => type.startsWith('delivery.')))('of %s is short', (type) => {
    expect(runOf(type)).toEqual(SCHEDULE.slice(0, 6));
    expect(mostAttempts(type)).toBe(6);
  });

  it('ends as exhausted', () => {
    expect(plan({ attempts: 10 })).toEqual({ kind: 'dropped', reason: 'exhausted' });
    expect(plan({ attempts: 11 })).toEqual({ kind: 'dropped', reason: 'exhausted' });
    expect(plan({ attempts: 6, type: 'delivery.failed' })).toEqual({
      kind: 'dropped',
      reason: 'exhausted',
    });
  });

  it('ends earlier for an endpoint with fewer attempts, and never later', () => {
    expect(plan({ attempts: 2, maxAttempts: 3 }).kind).toBe('due');
    expect(plan({ attempts: 3, maxAttempts: 3 }).kind).toBe('dropped');
    expect(plan({ attempts: 10, maxAttempts: 50 }).kind).toBe('dropped');
    expect(plan({ attempts: 6, maxAttempts: 50, type: 'delivery.read' }).kind).toBe('dropped');
  });
});

describe('jitter', () => {
  it('makes each delay up to a tenth shorter or longer, but the first attempt is at once', () => {
    expect(runOf('key.expiring', LOWEST)).toEqual(SCHEDULE.map((delay) => delay * 0.9));
    for (const [index, delay] of runOf('key.expiring', HIGHEST).entries()) {
      expect(delay).toBeCloseTo((SCHEDULE[index] ?? 0) * 1.1, 2);
    }
  });

  it('spreads events that failed at the same time', () => {
    const waits = Array.from({ length: 100 }, (_, index) =>
      waitOf({ attempts: 3, random: () => index / 100 }),
    );
    expect(new Set(waits).size).toBe(100);
  });
});

describe('Retry-After', () => {
  it.each([LOWEST, MIDDLE, HIGHEST])('is never undercut', (random) => {
    for (const retryAfterSeconds of [0, 1, 5, 120, 1800, 7200, DAY]) {
      for (const attempts of SCHEDULE.keys()) {
        const wait = waitOf({ attempts, retryAfterSeconds, random });
        expect(wait).toBeGreaterThanOrEqual(retryAfterSeconds);
        expect(wait).toBeGreaterThanOrEqual((SCHEDULE[attempts] ?? 0) * 0.9);
      }
    }
  });

  it('does not bring an attempt forward', () => {
    expect(waitOf({ attempts: 4, retryAfterSeconds: 1 })).toBe(2 * HOUR);
  });

  it('is spread too: events that a full endpoint postponed do not return together', () => {
    expect(waitOf({ attempts: 1, retryAfterSeconds: 1000, random: LOWEST })).toBe(1000);
    expect(waitOf({ attempts: 1, retryAfterSeconds: 1000 })).toBe(1050);
  });

  it('postpones an event by a day at most', () => {
    for (const random of [LOWEST, MIDDLE, HIGHEST]) {
      expect(waitOf({ attempts: 1, retryAfterSeconds: 400 * DAY, random })).toBe(DAY);
    }
  });
});

describe('an event that is useless when it is old', () => {
  const at = (seconds: number) => new Date(OCCURRED_AT.getTime() + seconds * 1000);

  it('is dropped once the next attempt would be more than a day after it', () => {
    const delivery = { type: 'delivery.delivered', attempts: 1 };
    expect(plan({ ...delivery, now: at(DAY - 5) }).kind).toBe('due');
    expect(plan({ ...delivery, now: at(DAY - 4) })).toEqual({
      kind: 'dropped',
      reason: 'too_late',
    });
    expect(plan({ ...delivery, retryAfterSeconds: DAY, now: at(1) }).kind).toBe('dropped');
  });

  it('is recognised before an attempt', () => {
    expect(isTooLate('delivery.read', OCCURRED_AT, at(DAY))).toBe(false);
    expect(isTooLate('delivery.read', OCCURRED_AT, at(DAY + 1))).toBe(true);
  });

  it('is not one about a verification', () => {
    expect(isTooLate('verification.approved', OCCURRED_AT, at(30 * DAY))).toBe(false);
    expect(plan({ attempts: 9, now: at(30 * DAY) }).kind).toBe('due');
  });
});
