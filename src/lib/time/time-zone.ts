import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';
import { isUtc, offsetOf, type Stretch, stretchesBetween } from './zone-offsets.ts';

/** A time range, and the zone whose clocks divide it into hours or days. */
export type ZonedRange = { readonly from: Date; readonly to: Date; readonly timeZone: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** More than any UTC offset or clock change, apart from skipped days. */
const MARGIN_MS = 2 * DAY_MS;

/** Whether `name` is a known name of the IANA time zone database, or `UTC`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** Parses a time with an offset, or a date, which means midnight in `timeZone`. */
export function readMoment(text: string, timeZone: string): Date {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return startOfHour(text, 0, timeZone);
  return DateTime.fromISO(text, { setZone: true }).toJSDate();
}

/** When the clocks of `timeZone` first show this hour of a date (`2026-01-31`), or a later time. */
export function startOfHour(date: string, hour: number, timeZone: string): Date {
  return new Date(firstReaching(Date.parse(date) + hour * HOUR_MS, timeZone));
}

/** The start of the day in `timeZone` that contains `time`: midnight, if the clocks show it. */
export function startOfDay(time: Date, timeZone: string): Date {
  const [start = time] = startsOfDays({ from: time, to: new Date(time.getTime() + 1), timeZone });
  return start;
}

/**
 * The same time of day `days` days later in `timeZone`. A day has 23 to 25 hours, or fewer or more if the
 * zone moved across the date line.
 */
export function addDays(time: Date, days: number, timeZone: string): Date {
  const local = time.getTime() + offsetOf(time.getTime(), timeZone) + days * DAY_MS;
  return new Date(firstReaching(local, timeZone));
}

/**
 * The starts of all hours or days of `timeZone` that overlap with `from` to `to`, strictly increasing. Each
 * ends where the next one starts, so that every moment belongs to exactly one. A clock change always
 * starts a new hour, full or not, so a repeated hour is separate from the first one.
 * @throws {RangeError} for more than about a year.
 */
export function startsBetween(unit: 'hour' | 'day', range: ZonedRange): Date[] {
  return unit === 'hour' ? startsOfHours(range) : startsOfDays(range);
}

/** `2026-01-31T07:00:00.000+07:00`: a moment as the clocks of `timeZone` show it. */
export function toLocalText(time: Date, timeZone: string): string {
  const offset = offsetOf(time.getTime(), timeZone);
  if (offset === 0) return `${time.toISOString().slice(0, -1)}${isUtc(timeZone) ? 'Z' : '+00:00'}`;
  // An offset is written in minutes. If it has seconds, the local time is up to a minute off, so that
  // the text still names the right moment.
  const zone = FixedOffsetZone.instance(Math.trunc(offset / MINUTE_MS));
  return DateTime.fromJSDate(time, { zone }).toISO() ?? time.toISOString();
}

function startsOfHours({ from, to, timeZone }: ZonedRange): Date[] {
  const [first, last] = [from.getTime(), to.getTime()];
  const starts: number[] = [];
  const stretches = stretchesBetween(first - HOUR_MS, last, timeZone);
  for (const { startsAt, endsAt, offset } of stretches) {
    if (starts.length > 0) starts.push(startsAt);
    // The first full hour in the stretch, and each one after.
    const full = Math.ceil((startsAt + offset) / HOUR_MS) * HOUR_MS - offset;
    for (let start = full; start < endsAt; start += HOUR_MS) starts.push(start);
  }
  return fromPartOf(first, starts);
}

function startsOfDays({ from, to, timeZone }: ZonedRange): Date[] {
  const [first, last] = [from.getTime(), to.getTime()];
  const stretches = stretchesBetween(first - MARGIN_MS, last + MARGIN_MS, timeZone);
  const starts: number[] = [];
  const earliest = Math.floor((first - MARGIN_MS / 2) / DAY_MS) * DAY_MS;
  for (let midnight = earliest; midnight <= last + MARGIN_MS / 2; midnight += DAY_MS) {
    const start = firstWithin(midnight, stretches);
    if (start !== undefined && start < last) starts.push(start);
  }
  return fromPartOf(first, starts);
}

/** The first moment at which the clocks of `timeZone` show `local` (as if it were UTC) or a later time. */
function firstReaching(local: number, timeZone: string): number {
  const stretches = stretchesBetween(local - MARGIN_MS, local + MARGIN_MS, timeZone);
  return firstWithin(local, stretches) ?? local;
}

function firstWithin(local: number, stretches: readonly Stretch[]): number | undefined {
  const stretch = stretches.find(({ endsAt, offset }) => local - offset < endsAt);
  return stretch && Math.max(stretch.startsAt, local - stretch.offset);
}

/** Drops duplicates, and starts before the part that contains `first`. A skipped day starts with the next one. */
function fromPartOf(first: number, starts: readonly number[]): Date[] {
  const distinct = [...new Set(starts)].sort((a, b) => a - b);
  const index = distinct.findLastIndex((start) => start <= first);
  return distinct.slice(Math.max(0, index)).map((start) => new Date(start));
}
