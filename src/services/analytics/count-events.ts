import type { Clock } from '../../lib/time/clock.ts';
import type { RollupSourceStore } from '../../storage/analytics/rollup-source-store.ts';
import type { RollupStore } from '../../storage/analytics/rollup-store.ts';
import type { PumpingGuard } from '../limits/pumping-guard-service.ts';
import { countActivity, countVerification, mergeIncrements } from './rollup-increments.ts';

type Dependencies = {
  readonly rollupSources: RollupSourceStore;
  readonly rollups: RollupStore;
  /** Watches what share of the sends is verified. */
  readonly pumping?: Pick<PumpingGuard, 'toSteps' | 'judge'>;
  readonly now: Clock;
};

/** Whoever counts holds it: one process at a time. */
export const COUNTING_LEASE = 'count-events';

/**
 * Counts what happened into the roll-ups. The row of each event tells what of it is counted, and says so
 * in the transaction that counts it: nothing is counted twice or never, whatever stops the program.
 */
export function createEventCounter({ rollupSources, rollups, pumping, now }: Dependencies) {
  /** Whether anything waits to be counted. */
  async function isAnythingDue(): Promise<boolean> {
    const verifications = await rollupSources.listDueVerifications(now(), 1);
    return verifications.length > 0 || (await rollupSources.listDueActivities(now(), 1)).length > 0;
  }

  /** Counts up to `batch` rows of each log; returns how many it took at most from one of them. */
  async function countDue(batch: number): Promise<number> {
    const verifications = await rollupSources.listDueVerifications(now(), batch);
    const activities = await rollupSources.listDueActivities(now(), batch);
    if (verifications.length > 0) {
      const increments = verifications.flatMap((one) =>
        countVerification(one, one.seen & ~one.counted),
      );
      const marks = rollupSources.toVerificationMarks(verifications);
      const outcomes = (await pumping?.toSteps(verifications)) ?? [];
      const isCounted = await rollups.add(
        mergeIncrements(increments),
        [...marks, ...outcomes],
        now(),
      );
      if (isCounted) await pumping?.judge(verifications);
    }
    if (activities.length > 0) {
      const increments = activities.flatMap(countActivity);
      await rollups.add(
        mergeIncrements(increments),
        rollupSources.toActivityMarks(activities),
        now(),
      );
    }
    return Math.max(verifications.length, activities.length);
  }

  return { isAnythingDue, countDue };
}
