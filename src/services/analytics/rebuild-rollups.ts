import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  activityCounters,
  emptyCounts,
  type FunnelCounts,
  verificationCounters,
} from '../../domain/analytics/funnel-stats.ts';
import {
  type Increment,
  LONGEST_HALF_DAY_SECONDS,
  nextQuarter,
  type RollupSource,
} from '../../domain/analytics/rollup.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { Recount } from '../../storage/analytics/rollup-store.ts';
import { type AnalyticsContext, COUNTING_LEASE, SUMMING_LEASE } from './context.ts';
import { countActivities, countVerifications, mergeIncrements } from './rollup-increments.ts';

/** How many rows of each log were counted again. */
export type RecountResult = Readonly<Record<RollupSource, number>>;

type Cursor = { readonly since: Date; readonly after: number };

/** A page of a log: its number of rows, its last id, and what it adds to the counts. */
type Page = {
  readonly rows: number;
  readonly last: number | undefined;
  readonly increments: readonly Increment[];
};

const ROWS_PER_PAGE = 1000;
const LEASE_SECONDS = 120;

type Lease = { readonly name: string; readonly owner: string };

/**
 * Rebuilds the roll-ups from the rows that the logs still have. Counts from before the oldest row stay, and
 * so does its quarter of an hour, of which rows may already be pruned. Days that were summed up stay, too. Erased rows
 * are no longer counted.
 * All changes are made at the end, or none if it fails.
 * @throws when another process counts or sums up days at the same time for longer than two minutes.
 */
export async function rebuildRollups(ctx: AnalyticsContext): Promise<RecountResult> {
  const { leases, rollups, now } = ctx;
  const owner = randomUUID();
  // No quarter becomes a part of a day meanwhile, and no one counts. Counting goes on while days are summed up.
  const held = [SUMMING_LEASE, COUNTING_LEASE].map((name) => ({ name, owner }));
  try {
    await hold(ctx, held);
    const verifications = await recountLog(ctx, held, 'otp_logs');
    const activities = await recountLog(ctx, held, 'activity_logs');
    // They fail if another process held a lease in the meantime.
    const fences = held.map((lease) => leases.toFence(lease, now()));
    const isDone = await rollups.replace([verifications, activities], fences, now());
    if (!isDone) throw new Error('Another process counted in the meantime. Nothing was changed.');
    return { otp_logs: verifications.rows, activity_logs: activities.rows };
  } finally {
    for (const lease of held) await leases.release(lease);
  }
}

async function recountLog(
  ctx: AnalyticsContext,
  held: readonly Lease[],
  source: RollupSource,
): Promise<Recount & { readonly rows: number }> {
  const oldest = await ctx.rollupSources.findOldest(source);
  const day = await ctx.summing.findLatestDay();
  const since = latest(nextQuarter(oldest ?? ctx.now()), day && endOfDay(day));
  const kept = (await ctx.rollups.sumBefore(since)).map(({ ref, figures }) => ({
    ref,
    figures: only(source, figures),
  }));
  let increments = mergeIncrements(kept);
  let [after, rows] = [0, 0];
  for (;;) {
    const page = await readPage[source](ctx, { since, after });
    await hold(ctx, held);
    increments = mergeIncrements([...increments, ...page.increments]);
    after = page.last ?? after;
    rows += page.rows;
    if (page.rows < ROWS_PER_PAGE) return { source, since, increments, rows };
  }
}

type ReadPage = (ctx: AnalyticsContext, cursor: Cursor) => Promise<Page>;

const readPage: Readonly<Record<RollupSource, ReadPage>> = {
  async otp_logs({ rollupSources }, cursor) {
    const found = await rollupSources.listCountedVerifications(cursor, ROWS_PER_PAGE);
    return { ...endOf(found), increments: countVerifications(found, ({ counted }) => counted) };
  },
  async activity_logs({ rollupSources, messageChannel }, cursor) {
    const found = await rollupSources.listCountedActivities(cursor, ROWS_PER_PAGE);
    return { ...endOf(found), increments: countActivities(found, messageChannel) };
  },
};

function endOf(found: readonly { readonly id: number }[]): Omit<Page, 'increments'> {
  return { rows: found.length, last: found.at(-1)?.id };
}

/** A quarter that no row of a summed-up day covers. */
function endOfDay(middle: Date): Date {
  return addSeconds(middle, LONGEST_HALF_DAY_SECONDS);
}

function latest(one: Date, other: Date | undefined): Date {
  return other && other > one ? other : one;
}

/** Acquires or renews the leases. Waits while another process holds one. */
async function hold(ctx: AnalyticsContext, held: readonly Lease[]): Promise<void> {
  for (const lease of held) await holdOne(ctx, lease);
}

async function holdOne({ leases, now }: AnalyticsContext, lease: Lease): Promise<void> {
  for (let tries = 0; tries < LEASE_SECONDS; tries += 1) {
    if (await leases.acquire(lease, now(), addSeconds(now(), LEASE_SECONDS))) return;
    await pause(1000);
  }
  throw new Error('Another process is counting, or is storing analytics by day. Try again later.');
}

/** The counts that come from one log. */
function only(source: RollupSource, figures: FunnelCounts): FunnelCounts {
  if (source === 'otp_logs') {
    const cleared = Object.fromEntries(activityCounters.map((name) => [name, 0]));
    return { ...figures, ...cleared };
  }
  const cleared = Object.fromEntries(verificationCounters.map((name) => [name, 0]));
  const { deliveredIn, verifiedIn } = emptyCounts;
  return { ...figures, ...cleared, deliveredIn, verifiedIn };
}
