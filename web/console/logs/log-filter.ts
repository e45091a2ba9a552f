import { timeZone } from '../../i18n/formats.ts';

export const NO_FILTER = {
  ...{ accountId: '', action: '', sessionId: '', phoneNumber: '', from: '', to: '' },
};
export type Filter = typeof NO_FILTER;

/** Whether the last day comes before the first. */
export function isBackwards({ from, to }: Pick<Filter, 'from' | 'to'>): boolean {
  return from !== '' && to !== '' && from > to;
}

/** What a filter asks of the API. A person means the last day with all its hours, the API leaves it out. */
export function toQuery({ to, ...others }: Filter): Readonly<Record<string, string>> {
  const isOfDays = others.from !== '' || to !== '';
  return { ...others, to: dayAfter(to), ...(isOfDays && { timeZone: timeZone() }) };
}

/** What is no day is left for the API to judge. */
function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return Number.isNaN(next.getTime()) ? day : next.toISOString().slice(0, 10);
}
