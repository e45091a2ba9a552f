import { toPeriodQuery } from '../../lib/input/day-period.ts';
import { nameRecipient } from '../../lib/input/recipient.ts';

export const NO_FILTER = {
  ...{ action: '', sessionId: '', recipient: '', from: '', to: '' },
  // `true` shows the calls that are nothing else, which are left out otherwise.
  calls: '',
};
export type Filter = typeof NO_FILTER;

export type Log = 'activity' | 'errors';

/** Converts a filter to a query. Every failed call is an error, so the log of errors has them all. */
export function toQuery({ from, to, recipient, calls, ...others }: Filter, log: Log) {
  const showsCalls = log === 'errors' || calls === 'true' || others.action !== '';
  const query: Readonly<Record<string, string>> = {
    ...others,
    ...nameRecipient(recipient),
    ...toPeriodQuery({ from, to }),
    calls: showsCalls ? '' : 'false',
  };
  return query;
}

/** The part of a filter for which operators must name an account. */
export function narrowing({ calls: _, ...filter }: Filter): Omit<Filter, 'calls'> {
  return filter;
}
