import { timeZone } from '../../i18n/formats.ts';
import { nameRecipient } from '../../lib/input/recipient.ts';

export const NO_FILTER = {
  ...{ action: '', sessionId: '', recipient: '', from: '', to: '' },
};
export type Filter = typeof NO_FILTER;

/** Whether the last day is before the first. */
export function isBackwards({ from, to }: Pick<Filter, 'from' | 'to'>): boolean {
  return from !== '' && to !== '' && from > to;
}

/** Converts a filter to a query. Users include the last day, but the API's `to` is exclusive. */
export function toQuery({ to, recipient, ...others }: Filter): Readonly<Record<string, string>> {
  const isOfDays = others.from !== '' || to !== '';
  return {
    ...others,
    ...nameRecipient(recipient),
    to: dayAfter(to),
    ...(isOfDays && { timeZone: timeZone() }),
  };
}

/** Text that is not a date is returned unchanged, so that the API reports it. */
function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return Number.isNaN(next.getTime()) ? day : next.toISOString().slice(0, 10);
}
