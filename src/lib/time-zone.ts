import { DateTime, IANAZone } from 'luxon';

/** A name of the IANA time zone database that this program knows, or `UTC`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** The moment that a text means: a time with an offset, or a date, which is its midnight in `timeZone`. */
export function readMoment(text: string, timeZone: string): Date {
  return DateTime.fromISO(text, { zone: timeZone }).toJSDate();
}

/** The midnight that the day of `time` began with in `timeZone`. */
export function startOfDay(time: Date, timeZone: string): Date {
  return DateTime.fromJSDate(time, { zone: timeZone }).startOf('day').toJSDate();
}

/** The beginnings of all hours or days of `timeZone` that have a part between `from` and `to`, in order. */
export function startsBetween(
  unit: 'hour' | 'day',
  { from, to, timeZone }: { readonly from: Date; readonly to: Date; readonly timeZone: string },
): Date[] {
  const starts: Date[] = [];
  let start = DateTime.fromJSDate(from, { zone: timeZone }).startOf(unit);
  while (start.toMillis() < to.getTime()) {
    starts.push(start.toJSDate());
    // A day has 23 to 25 hours; each step is counted in the zone.
    start = start.plus({ [unit]: 1 }).startOf(unit);
  }
  return starts;
}

/** `2026-01-31T07:00:00.000+07:00`: a moment as the clocks of `timeZone` show it. */
export function toLocalText(time: Date, timeZone: string): string {
  return DateTime.fromJSDate(time, { zone: timeZone }).toISO() ?? time.toISOString();
}
