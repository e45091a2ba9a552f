import { nextQuarter, quarterOf } from '../../domain/analytics/rollup.ts';
import { invalidField } from '../../domain/refusal.ts';
import { addDays, startOfDay } from '../../lib/time/time-zone.ts';

export type TimeRange = { readonly from: Date; readonly to: Date; readonly timeZone: string };

export type AskedRange = {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly timeZone: string;
};

/**
 * Returns the requested range in whole quarters of an hour. The default is from the start of today until
 * now. Days are those of `timeZone`, which may have 23 or 25 hours.
 * @throws {AppError} `validation_failed` if it ends before it begins or is longer than `mostDays`.
 */
export function toRange(asked: AskedRange, now: Date, mostDays: number): TimeRange {
  const { timeZone } = asked;
  const until = asked.to ?? now;
  const since = asked.from ?? startOfDay(until, timeZone);
  const from = quarterOf(since);
  const to = quarterOf(until).getTime() === until.getTime() ? until : nextQuarter(until);
  if (from >= to) throw invalidField('from', 'must be before `to`', 'conflict');
  if (until > addDays(since, mostDays, timeZone)) {
    throw invalidField('from', `must be at most ${mostDays} days before \`to\``, 'conflict');
  }
  return { from, to, timeZone };
}
