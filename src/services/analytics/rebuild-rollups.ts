import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  activityCounters,
  emptyCounts,
  type FunnelCounts,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import { type Increment, nextQuarter, type RollupSource } from '../../domain/analytics/rollup.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { RollupSourceStore } from '../../storage/analytics/rollup-source-store.ts';
import type { Recount, RollupStore } from '../../storage/analytics/rollup-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import { COUNTING_LEASE } from './count-events.ts';
import { countActivity, countVerification, mergeIncrements } from './rollup-increments.ts';

type Dependencies = {
  readonly rollupSources: RollupSourceStore;
  readonly rollups: RollupStore;
  readonly leases: LeaseStore;
  readonly now: Clock;
};

/** How many rows of a log were counted anew. */
export type RecountResult = Readonly<Record<RollupSource, number>>;

type Cursor = { readonly since: Date; readonly after: number };
type Counted = { readonly id: number; readonly increments: readonly Increment[] };

const PAGE = 1000;
const LEASE_SECONDS = 120;

/** Rebuilds the roll-ups from the logs. */
export function createRecounting({ rollupSources, rollups, leases, now }: Dependencies) {
  const lease = { name: COUNTING_LEASE, owner: randomUUID() };

  const readPage: Record<RollupSource, (cursor: Cursor) => Promise<Counted[]>> = {
    otp_logs: async (cursor) =>
      (await rollupSources.listCountedVerifications(cursor, PAGE)).map((one) => ({
        id: one.id,
        increments: countVerification(one, one.counted),
      })),
    activity_logs: async (cursor) =>
      (await rollupSources.listCountedActivities(cursor, PAGE)).map((one) => ({
        id: one.id,
        increments: countActivity(one),
      })),
  };

  /**
   * Counts anew what the logs still hold. What is older than the oldest row of a log stays as it was
   * counted, its quarter of an hour too: of that, rows may be pruned already. What is erased is not
   * counted any more. Nothing changes until the end, and nothing at all when it fails.
   * @throws when another process counts at the same time for longer than two minutes.
   */
  async function recountEvents(): Promise<RecountResult> {
    await hold();
    try {
      const verifications = await recountLog('otp_logs');
      const activities = await recountLog('activity_logs');
      const isDone = await rollups.replace([verifications, activities], fence(), now());
      if (!isDone) throw new Error('Another process counted meanwhile; nothing was changed');
      return { otp_logs: verifications.rows, activity_logs: activities.rows };
    } finally {
      await leases.release(lease);
    }
  }

  async function recountLog(source: RollupSource): Promise<Recount & { readonly rows: number }> {
    const oldest = await rollupSources.findOldest(source);
    const since = nextQuarter(oldest ?? now());
    const kept = (await rollups.sumBefore(since)).map(({ ref, figures }) => ({
      ref,
      figures: only(source, figures),
    }));
    let increments = mergeIncrements(kept);
    let [after, rows] = [0, 0];
    for (;;) {
      const page = await readPage[source]({ since, after });
      await hold();
      increments = mergeIncrements([...increments, ...page.flatMap((one) => one.increments)]);
      after = page.at(-1)?.id ?? after;
      rows += page.length;
      if (page.length < PAGE) return { source, since, increments, rows };
    }
  }

  /** Takes the lease that counting is done under, or prolongs it; waits while another has it. */
  async function hold(): Promise<void> {
    for (let tries = 0; tries < LEASE_SECONDS; tries += 1) {
      if (await leases.acquire(lease, now(), addSeconds(now(), LEASE_SECONDS))) return;
      await pause(1000);
    }
    throw new Error('Another process is counting: try again later');
  }

  /** Touches the lease as long as nobody else had it meanwhile. */
  function fence() {
    return leases.toFence(lease, now());
  }

  return { recountEvents };
}

/** The part of figures that one log is counted into. */
function only(source: RollupSource, figures: FunnelCounts): FunnelCounts {
  if (source === 'otp_logs') {
    const cleared = Object.fromEntries(activityCounters.map((name) => [name, 0]));
    return { ...figures, ...cleared };
  }
  const cleared = Object.fromEntries(verificationCounters.map((name) => [name, 0]));
  const { deliveredIn, verifiedIn } = emptyCounts;
  return { ...figures, ...cleared, deliveredIn, verifiedIn };
}
