import { type Caller, rootCaller } from '../../src/domain/access/caller.ts';
import {
  type FunnelCounts,
  verificationCounters,
} from '../../src/domain/analytics/funnel-stats.ts';
import { addSeconds } from '../../src/lib/time/clock.ts';
import { type AnalyticsContext, SUMMING_LEASE } from '../../src/services/analytics/context.ts';
import { countDueEvents, isAnythingDue } from '../../src/services/analytics/count-events.ts';
import { readDashboard } from '../../src/services/analytics/read-dashboard.ts';
import { type FunnelQuery, readFunnel } from '../../src/services/analytics/read-funnel.ts';
import { rebuildRollups } from '../../src/services/analytics/rebuild-rollups.ts';
import { sumUpDays } from '../../src/services/analytics/sum-up-days.ts';
import { createRollupSourceStore } from '../../src/storage/analytics/rollup-source-store.ts';
import { createRollupStore } from '../../src/storage/analytics/rollup-store.ts';
import { createSummingStore } from '../../src/storage/analytics/summing-store.ts';
import type { Database } from '../../src/storage/database.ts';
import { createLeaseStore } from '../../src/storage/limits/lease-store.ts';
import { createSessionStore } from '../../src/storage/whatsapp/session-store.ts';

const SUMMING_SECONDS = 60;

export const OWNER: Caller = rootCaller({ ipAddress: '127.0.0.1', userAgent: undefined });

/** An operator: a person who reads all accounts. */
export const OPERATOR: Caller = {
  ...OWNER,
  principal: { kind: 'user', id: '1' },
  scopes: ['analytics:read'],
  seesAllAccounts: true,
};

/** The analytics over a database, at a time that the test sets. */
export function openAnalytics(database: Database, now: Date) {
  const clock = { now };
  const ctx: AnalyticsContext = {
    rollupSources: createRollupSourceStore(database),
    summing: createSummingStore(database),
    rollups: createRollupStore(database),
    sessions: createSessionStore(database),
    leases: createLeaseStore(database),
    messageChannel: 'whatsapp',
    now: () => clock.now,
  };
  /** Sums up days until none is left, as a node that holds the lease. Returns how many quarters it replaced. */
  async function sumUp(options: { timeZone: string; owner: string }, batch: number) {
    const lease = { name: SUMMING_LEASE, owner: options.owner };
    let replaced = 0;
    for (let isDone = false; !isDone; ) {
      await ctx.leases.acquire(lease, ctx.now(), addSeconds(ctx.now(), SUMMING_SECONDS));
      const step = await sumUpDays(ctx, options, batch);
      replaced += step.rows;
      isDone = step.isDone;
    }
    await ctx.leases.release(lease);
    return replaced;
  }

  return {
    ctx,
    clock,
    sumUp,
    isAnythingDue: () => isAnythingDue(ctx),
    countDue: (batch: number) => countDueEvents(ctx, batch),
    recountEvents: () => rebuildRollups(ctx),
    readDashboard: (caller: Caller, timeZone: string) => readDashboard(ctx, caller, { timeZone }),
    readFunnel: (caller: Caller, query: FunnelQuery) => readFunnel(ctx, caller, query),
  };
}

/** The counts of figures, without the times. */
export function countsOf(figures: FunnelCounts) {
  const { deliveredIn, verifiedIn, ...counts } = figures;
  return counts;
}

/**
 * The same from the logs themselves, which no figure of the service reads; of all verifications, or of
 * those that a condition means.
 */
export async function countTables(
  database: Database,
  condition = '1 = 1',
): Promise<Record<string, number>> {
  const one = async (sql: string) => {
    const [row] = await database.statements.select(`SELECT COUNT(*) AS "rows" FROM ${sql}`, []);
    return Number(row?.['rows']);
  };
  const verifications = `"otp_logs" WHERE COALESCE("channel", '') <> 'test' AND ${condition}`;
  const conditions: Record<(typeof verificationCounters)[number], string> = {
    asked: '1 = 1',
    sent: '"channel" IS NOT NULL',
    delivered: '"deliveredAt" IS NOT NULL',
    read: '"readAt" IS NOT NULL',
    verified: `"status" = 'verified'`,
    failed: `"status" = 'failed'`,
    expired: `"status" = 'expired'`,
  };
  const counts: Record<string, number> = {};
  for (const name of verificationCounters) {
    counts[name] = await one(`${verifications} AND ${conditions[name]}`);
  }
  const messages = `"activity_logs" WHERE "action" = 'message_send' AND "status"`;
  counts['messages'] = await one(`${messages} = 'success'`);
  counts['messageFailures'] = await one(`${messages} = 'error'`);
  counts['limitHits'] = await one(`"activity_logs" WHERE "action" = 'limit_hit'`);
  return counts;
}
