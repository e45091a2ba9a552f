import { invalidField } from '../../domain/refusal.ts';
import { nextQuarter, quarterOf } from '../../domain/rollup.ts';
import { startOfDay } from '../../lib/time-zone.ts';

export type TimeRange = { readonly from: Date; readonly to: Date; readonly timeZone: string };

export type AskedRange = {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly timeZone: string;
};

const DAY_MS = 86_400_000;

/**
 * The range that is meant, in whole quarters of an hour: from the beginning of today until now when
 * nothing else is said.
 * @throws {AppError} `validation_failed` for one that ends before it begins or is longer than `mostDays`.
 */
export function toRange(asked: AskedRange, now: Date, mostDays: number): TimeRange {
  const { timeZone } = asked;
  const until = asked.to ?? now;
  const from = quarterOf(asked.from ?? startOfDay(until, timeZone));
  const to = quarterOf(until).getTime() === until.getTime() ? until : nextQuarter(until);
  if (from >= to) throw invalidField('from', 'must be before `to`');
  if (to.getTime() - from.getTime() > mostDays * DAY_MS) {
    throw invalidField('from', `must be at most ${mostDays} days before \`to\``);
  }
  return { from, to, timeZone };
}
