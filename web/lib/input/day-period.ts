import { timeZone } from '../../i18n/formats.ts';

/** A period of whole days, such as `2026-01-31`; empty for no beginning or end. */
export type DayPeriod = { readonly from: string; readonly to: string };

/** Whether the last day is before the first. */
export function isBackwards({ from, to }: DayPeriod): boolean {
  return from !== '' && to !== '' && from > to;
}

/** Converts a period to a query. Users include the last day, but the API's `to` is exclusive. */
export function toPeriodQuery({ from, to }: DayPeriod): Readonly<Record<string, string>> {
  const isOfDays = from !== '' || to !== '';
  return { from, to: dayAfter(to), ...(isOfDays && { timeZone: timeZone() }) };
}

/** Text that is not a date is returned unchanged, so that the API reports it. */
function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return Number.isNaN(next.getTime()) ? day : next.toISOString().slice(0, 10);
}
