import { describe, expect, it } from 'vitest';
import { createDailyTimer, nextDailyRun } from '../../src/jobs/daily.ts';
import { addSeconds } from '../../src/lib/time/clock.ts';
import { toLocalText } from '../../src/lib/time/time-zone.ts';
import { someOf } from '../support/full-run.ts';
import { listTimeZones } from '../support/time-zones.ts';

/** The runs of a job that is asked for every minute, from a moment on, by the clocks of the zone. */
function runs(from: string, days: number, timeZone: string, hour = 2): string[] {
  const start = new Date(from);
  const isDue = createDailyTimer({ hour, timeZone }, start);
  const minutes = Array.from({ length: days * 1440 }, (_, minute) =>
    addSeconds(start, minute * 60),
  );
  return minutes.filter(isDue).map((at) => toLocalText(at, timeZone).slice(0, 16));
}

describe('a daily job', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z', ['2026-03-29T03:00', '2026-03-30T02:00']],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', ['2026-10-25T02:00', '2026-10-26T02:00']],
    ['Australia/Lord_Howe', '2026-10-03T12:00:00Z', ['2026-10-04T02:30', '2026-10-05T02:00']],
    ['Australia/Lord_Howe', '2026-04-04T12:00:00Z', ['2026-04-05T02:00', '2026-04-06T02:00']],
    ['Antarctica/Troll', '2026-03-28T12:00:00Z', ['2026-03-29T03:00', '2026-03-30T02:00']],
    ['Antarctica/Troll', '2026-10-24T12:00:00Z', ['2026-10-25T02:00', '2026-10-26T02:00']],
    ['Pacific/Chatham', '2026-04-04T00:00:00Z', ['2026-04-05T02:00', '2026-04-06T02:00']],
    ['Pacific/Apia', '2011-12-29T00:00:00-10:00', ['2011-12-29T02:00', '2011-12-31T02:00']],
    ['Asia/Kathmandu', '2026-05-01T00:00:00Z', ['2026-05-02T02:00', '2026-05-03T02:00']],
  ])('A41: runs once on each day of %s from %s', (timeZone, from, expected) => {
    expect(runs(from, 2, timeZone)).toEqual(expected);
  });

  it('A41: runs at midnight also where there is none, or two', () => {
    expect(runs('2018-11-03T12:00:00Z', 2, 'America/Sao_Paulo', 0)).toEqual([
      ...['2018-11-04T01:00', '2018-11-05T00:00'],
    ]);
    expect(runs('2026-10-31T12:00:00Z', 2, 'America/Havana', 0)).toEqual([
      ...['2026-11-01T00:00', '2026-11-02T00:00'],
    ]);
  });

  it('A41: runs on every day of a year in every zone, once', () => {
    const zones = listTimeZones().filter((_, index) => index % 15 === 0);
    for (const timeZone of [...someOf(zones, 5), 'Australia/Lord_Howe', 'Africa/Cairo']) {
      const dates: string[] = [];
      let at = new Date('2026-01-01T00:00:00Z');
      while (at < new Date('2027-01-01T00:00:00Z')) {
        at = nextDailyRun(at, { hour: 2, timeZone });
        dates.push(toLocalText(at, timeZone).slice(0, 10));
      }
      expect(new Set(dates).size, timeZone).toBe(dates.length);
      expect(dates.length, timeZone).toBeGreaterThanOrEqual(365);
    }
  });

  it('runs late when nobody asked in time, and not again when the clock is set back', () => {
    const isDue = createDailyTimer({ hour: 2, timeZone: 'UTC' }, new Date('2026-01-01T01:59:00Z'));
    const at = (text: string) => isDue(new Date(text));
    expect(at('2026-01-01T01:59:59Z')).toBe(false);
    expect(at('2026-01-01T09:30:00Z')).toBe(true);
    expect(at('2026-01-01T01:30:00Z')).toBe(false);
    expect(at('2026-01-01T02:30:00Z')).toBe(false);
    expect(at('2026-01-02T02:00:00Z')).toBe(true);
  });

  it('runs again soon after a clock that was years ahead is right again', () => {
    const isDue = createDailyTimer({ hour: 2, timeZone: 'UTC' }, new Date('2036-01-01T01:00:00Z'));
    expect(isDue(new Date('2026-01-01T01:00:00Z'))).toBe(false);
    expect(isDue(new Date('2026-01-01T02:00:00Z'))).toBe(true);
  });
});
