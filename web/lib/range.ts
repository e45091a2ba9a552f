import { timeZone } from '../i18n/formats.ts';

export const ranges = ['today', 'week', 'month'] as const;
export type Range = (typeof ranges)[number];

const DAYS: Readonly<Record<Range, number>> = { today: 0, week: 6, month: 29 };

/** The query of a range that ends now, in whole days of the browser's time zone. */
export function toQuery(range: Range) {
  const first = new Date();
  first.setDate(first.getDate() - DAYS[range]);
  return { from: toDay(first), timeZone: timeZone() };
}

/** The local date, such as `2026-01-31`. */
function toDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The time at which a range begins, for routes that do not accept dates. */
export function startOf(range: Range): string {
  const first = new Date();
  // The day is set first, because midnight of another day may not exist in this zone.
  first.setDate(first.getDate() - DAYS[range]);
  first.setHours(0, 0, 0, 0);
  return first.toISOString();
}

/** The query of the period of the same length before a range, which ends as long before now. */
export function toQueryBefore(range: Range) {
  const days = DAYS[range] + 1;
  const shift = (time: Date) => {
    time.setDate(time.getDate() - days);
    return time.toISOString();
  };
  return { from: shift(new Date(startOf(range))), to: shift(new Date()), timeZone: timeZone() };
}

const DAY_MS = 86_400_000;

/** The time after so many days, for the API. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString();
}
