import { describe, expect, it } from 'vitest';
import {
  addDays,
  isTimeZone,
  readMoment,
  startOfDay,
  startsBetween,
  toLocalText,
} from '../../../src/lib/time/time-zone.ts';
import { stretchesBetween } from '../../../src/lib/time/zone-offsets.ts';
import { isFull } from '../../support/full-run.ts';
import { createDraws, listTimeZones } from '../../support/time-zones.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function starts(unit: 'hour' | 'day', from: string, to: string, timeZone: string) {
  const range = { from: readMoment(from, timeZone), to: readMoment(to, timeZone), timeZone };
  return startsBetween(unit, range).map((start) => toLocalText(start, timeZone));
}

describe('hours and days of a zone', () => {
  it.each([
    // What the clocks do, the zone, and how many hours the day has.
    ['repeat half an hour', 'Australia/Lord_Howe', '2026-04-05', '2026-04-06', 25, 24.5],
    ['repeat half an hour, by an old name', 'Australia/LHI', '2026-04-05', '2026-04-06', 25, 24.5],
    ['skip half an hour', 'Australia/Lord_Howe', '2026-10-04', '2026-10-05', 24, 23.5],
    ['repeat an hour', 'Europe/Berlin', '2026-10-25', '2026-10-26', 25, 25],
    ['skip an hour', 'Europe/Berlin', '2026-03-29', '2026-03-30', 23, 23],
    ['skip two hours', 'Antarctica/Troll', '2026-03-29', '2026-03-30', 22, 22],
    ['repeat two hours', 'Antarctica/Troll', '2026-10-25', '2026-10-26', 26, 26],
    ['have no midnight', 'America/Sao_Paulo', '2018-11-04', '2018-11-05', 23, 23],
    ['have no midnight', 'Africa/Cairo', '2014-05-16', '2014-05-17', 23, 23],
    ['have two midnights', 'America/Havana', '2026-11-01', '2026-11-02', 25, 25],
    ['are set at 2:45, a quarter off', 'Pacific/Chatham', '2026-04-05', '2026-04-06', 26, 25],
    ['are ahead by three quarters', 'Asia/Kathmandu', '2026-04-05', '2026-04-06', 24, 24],
    ['have winter as their odd time', 'Europe/Dublin', '2026-10-25', '2026-10-26', 25, 25],
    ['are set at one minute past', 'America/St_Johns', '2006-10-29', '2006-10-30', 26, 25],
  ])('are right where clocks %s (%s)', (_, timeZone, from, to, count, hours) => {
    const found = starts('hour', from, to, timeZone);
    expect(found).toHaveLength(count);
    expect(new Set(found).size).toBe(count);
    const [first, last] = [readMoment(from, timeZone), readMoment(to, timeZone)];
    expect((last.getTime() - first.getTime()) / HOUR_MS).toBe(hours);
    expect(found[0]).toBe(toLocalText(first, timeZone));
    expect(starts('day', from, to, timeZone)).toEqual([toLocalText(first, timeZone)]);
  });

  it.each([
    ['Pacific/Apia', '2011-12-29', '2012-01-01', ['2011-12-29', '2011-12-31']],
    ['Pacific/Kwajalein', '1993-08-20', '1993-08-23', ['1993-08-20', '1993-08-22']],
  ])('leave out the day that %s skipped', (timeZone, from, to, days) => {
    const found = starts('day', from, to, timeZone);
    expect(found.map((text) => text.slice(0, 10))).toEqual(days);
    expect(starts('hour', from, to, timeZone)).toHaveLength(48);
  });

  it('keep the seconds of an old offset in the moments that they name', () => {
    // Liberia was 44 minutes and 30 seconds behind until 7 January 1972.
    const found = starts('hour', '1972-01-06', '1972-01-08', 'Africa/Monrovia');
    const moments = found.map((text) => Date.parse(text));
    expect(moments[0]).toBe(Date.parse('1972-01-06T00:44:30Z'));
    expect(moments.at(-1)).toBe(Date.parse('1972-01-07T23:00:00Z'));
    expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b));
  });

  it('read a date as the first moment of that day, or of the next when there was none', () => {
    const at = (date: string, timeZone: string) => readMoment(date, timeZone).toISOString();
    expect(at('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z');
    expect(at('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
    expect(at('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(at('2026-04-05T01:45:00+10:30', 'UTC')).toBe('2026-04-04T15:15:00.000Z');
  });

  it('add days by the clocks, not by 24 hours', () => {
    const start = new Date('2026-10-24T22:00:00Z'); // Midnight in Berlin.
    expect(addDays(start, 1, 'Europe/Berlin')).toEqual(new Date('2026-10-25T23:00:00Z'));
    expect(addDays(start, 1, 'UTC')).toEqual(new Date('2026-10-25T22:00:00Z'));
  });

  it('begin none at the end of a range, where the clocks are set just then', () => {
    const [from, to] = ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z'];
    expect(starts('hour', from, to, 'Europe/Berlin')).toEqual(['2026-03-29T01:00:00.000+01:00']);
  });

  it('refuse a range that nobody may ask for, instead of walking it', () => {
    const range = { from: new Date(0), to: new Date('9998-01-01'), timeZone: 'Europe/Berlin' };
    expect(() => startsBetween('hour', range)).toThrow(RangeError);
    expect(() => startsBetween('day', range)).toThrow(RangeError);
  });
});

/** The whole takes minutes; a run takes a sample, the same one each time: of every eighth zone, or of all in a full run. */
const isWhole = process.env['TEST_ALL_TIME_ZONES'] === 'true';
const ROUNDS = isWhole ? 60 : 2;
const YEARS = Array.from({ length: 51 }, (_, index) => 1990 + index);
const LONGEST = { hour: 31 * DAY_MS, day: 366 * DAY_MS };
type Unit = keyof typeof LONGEST;

const zones = listTimeZones();
const sample = isWhole || isFull ? zones : zones.filter((_, index) => index % 8 === 0);

/** The moments of a year at which a zone sets its clocks. */
function changesOf(timeZone: string, year: number): number[] {
  return stretchesBetween(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1), timeZone)
    .slice(1)
    .map(({ startsAt }) => startsAt);
}

/** A range of a year, every other time about a moment at which the clocks are set, if there is one. */
function drawRange(draw: () => number, timeZone: string) {
  const year = 1990 + Math.floor(draw() * YEARS.length);
  const unit: Unit = draw() < 0.5 ? 'hour' : 'day';
  const changes = draw() < 0.5 ? changesOf(timeZone, year) : [];
  const change = changes[Math.floor(draw() * changes.length)];
  const middle = change ?? Date.UTC(year, 0, 1) + draw() * 365 * DAY_MS;
  const size = Math.max(1, Math.floor(draw() ** 3 * LONGEST[unit]));
  const from = Math.floor(middle - draw() * Math.min(size, 2 * DAY_MS));
  return { unit, from, to: from + size };
}

/** Holds the parts of a range against what they must be; returns how long making them took. */
function check(unit: Unit, { from, to }: { from: number; to: number }, timeZone: string): number {
  const range = { from: new Date(from), to: new Date(to), timeZone };
  const name = `${unit} of ${timeZone} from ${range.from.toISOString()} to ${range.to.toISOString()}`;
  const startedAt = performance.now();
  const found = startsBetween(unit, range).map((start) => start.getTime());
  const tookMs = performance.now() - startedAt;
  const length = unit === 'hour' ? HOUR_MS : DAY_MS;
  // Clocks are set a few times a year; each time may begin one part more.
  expect(found.length, name).toBeLessThanOrEqual(Math.ceil((to - from) / length) + 10);
  expect(found[0], name).toBeLessThanOrEqual(from);
  expect(found.at(-1), name).toBeLessThan(to);
  // Nothing is left out: no part is longer than an hour, or than any day was (31 hours, Vostok 1994).
  const sizes = found.map((start, index) => (found[index + 1] ?? to) - start);
  expect(Math.min(...sizes), name).toBeGreaterThan(0);
  expect(Math.max(...sizes), name).toBeLessThanOrEqual(unit === 'hour' ? HOUR_MS : 36 * HOUR_MS);
  checkTexts(unit, { found, name, timeZone });
  return tookMs;
}

/** Each part is named by its beginning, and each day by its own date. */
function checkTexts(
  unit: Unit,
  { found, name, timeZone }: { found: readonly number[]; name: string; timeZone: string },
): void {
  const texts = found.map((start) => toLocalText(new Date(start), timeZone));
  expect(
    texts.map((text) => Date.parse(text)),
    name,
  ).toEqual(found);
  if (unit === 'hour') return;
  expect(new Set(texts.map((text) => text.slice(0, 10))).size, name).toBe(texts.length);
  const again = found.map((start) => startOfDay(new Date(start), timeZone).getTime());
  expect(again, name).toEqual(found);
}

/** What the clocks of a zone do, each time from 1990 to 2040: the days around it, by the hour and the day. */
function checkChanges(timeZone: string): void {
  for (const change of YEARS.flatMap((year) => changesOf(timeZone, year))) {
    check('hour', { from: change - DAY_MS, to: change + DAY_MS }, timeZone);
    check('day', { from: change - 2 * DAY_MS, to: change + 2 * DAY_MS }, timeZone);
  }
}

function checkZone(draw: () => number, timeZone: string): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const { unit, ...range } = drawRange(draw, timeZone);
    return check(unit, range, timeZone);
  });
  if (isWhole) checkChanges(timeZone);
  return Math.max(...times);
}

describe('any range in any zone, from 1990 to 2040', () => {
  it('knows the zones of this machine, aliases too', () => {
    expect(zones.length).toBeGreaterThan(400);
    expect(zones).toContain('Australia/LHI');
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('local')).toBe(false);
  });

  it('is cut into parts that strictly increase and leave nothing out, in bounded work', {
    timeout: isWhole ? 3_600_000 : 120_000,
  }, () => {
    const draw = createDraws(20260404);
    const slowestMs = Math.max(...sample.map((timeZone) => checkZone(draw, timeZone)));
    // Coarse, because the machine may be busy: work is counted above.
    expect(slowestMs).toBeLessThan(2000);
    if (isWhole) process.stdout.write(`${zones.length} zones, slowest ${slowestMs} ms\n`);
  });
});
