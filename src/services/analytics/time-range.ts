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
 * The range that is meant, in whole quarters of an hour: from the beginning of today until now when
 * nothing else is said. Its days are those of `timeZone`, also where one has 23 or 25 hours.
 * @throws {AppError} `validation_failed` for one that ends before it begins or is longer than `mostDays`.
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
