import type { AnalyticsContext } from './context.ts';
import { countActivities, countVerifications } from './rollup-increments.ts';

/** Whether anything waits to be counted. */
export async function isAnythingDue({ rollupSources, now }: AnalyticsContext): Promise<boolean> {
  const verifications = await rollupSources.listDueVerifications(now(), 1);
  return verifications.length > 0 || (await rollupSources.listDueActivities(now(), 1)).length > 0;
}

/**
 * Counts up to `batch` rows of each log into the roll-ups; returns the larger number of rows of the two.
 * Each row stores which of its events are counted, and is marked in the transaction that counts them. So
 * each event is counted exactly once, even after a crash.
 */
export async function countDueEvents(ctx: AnalyticsContext, batch: number): Promise<number> {
  const { rollupSources, rollups, pumping, now } = ctx;
  const [verifications, activities] = await Promise.all([
    rollupSources.listDueVerifications(now(), batch),
    rollupSources.listDueActivities(now(), batch),
  ]);
  if (verifications.length > 0) {
    const increments = countVerifications(verifications, ({ seen, counted }) => seen & ~counted);
    const marks = rollupSources.toVerificationMarks(verifications);
    const outcomes = pumping?.toSteps(verifications) ?? [];
    const isCounted = await rollups.add(increments, [...marks, ...outcomes], now());
    if (isCounted) await pumping?.judge(verifications);
  }
  if (activities.length > 0) {
    const increments = countActivities(activities, ctx.messageChannel);
    await rollups.add(increments, rollupSources.toActivityMarks(activities), now());
  }
  return Math.max(verifications.length, activities.length);
}
