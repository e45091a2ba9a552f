import { dayOf, type Increment, QUARTER_DAYS } from '../../domain/analytics/rollup.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { startOfDay } from '../../lib/time/time-zone.ts';
import type { StoredQuarter } from '../../storage/analytics/summing-store.ts';
import type { Step } from '../../storage/statement.ts';
import { type AnalyticsContext, SUMMING_LEASE } from './context.ts';
import { mergeIncrements } from './rollup-increments.ts';

type Options = {
  /** The zone whose days are summed up. */
  readonly timeZone: string;
  /** Who holds the lease `SUMMING_LEASE`. */
  readonly owner: string;
};

const DAY_SECONDS = 86_400;

/**
 * Replaces up to `batch` quarters of an hour, of days that ended more than 90 days ago, by rows of whole days. One
 * transaction adds their counts to the days and deletes them, so that each is counted exactly once, whatever other
 * processes do at the same time. Returns how many were replaced, and whether none is left.
 */
export async function sumUpDays(
  ctx: AnalyticsContext,
  { timeZone, owner }: Options,
  batch: number,
): Promise<{ readonly rows: number; readonly isDone: boolean }> {
  const { rollups, summing, leases, now } = ctx;
  const quarters = await summing.listQuarters(oldestQuarter(now(), timeZone), batch);
  if (quarters.length === 0) return { rows: 0, isDone: true };
  const fence = leases.toFence({ name: SUMMING_LEASE, owner }, now());
  const steps: Step[] = [...summing.toRemovals(quarters), fence];
  const isReplaced = await rollups.add(toDays(quarters, timeZone), steps, now());
  // Otherwise, one of them was counted up in between: all are read again.
  if (!isReplaced) return { rows: 0, isDone: false };
  return { rows: quarters.length, isDone: quarters.length < batch };
}

/** The start of the first day of which the quarters are still stored. */
function oldestQuarter(now: Date, timeZone: string): Date {
  return startOfDay(addSeconds(now, -QUARTER_DAYS * DAY_SECONDS), timeZone);
}

function toDays(quarters: readonly StoredQuarter[], timeZone: string): Increment[] {
  const starts = new Map<number, Date>();
  function startOf({ ref: { startsAt } }: StoredQuarter): Date {
    const known = starts.get(startsAt.getTime()) ?? startOfDay(startsAt, timeZone);
    starts.set(startsAt.getTime(), known);
    return known;
  }
  return mergeIncrements(
    quarters.map((quarter) => ({
      ref: dayOf(quarter.ref, startOf(quarter)),
      figures: quarter.figures,
    })),
  );
}
