import type { Caller } from '../../domain/access/caller.ts';
import type { FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import { RELAYED } from '../../domain/analytics/rollup.ts';
import { noSuchSession } from '../../domain/whatsapp/session.ts';
import { startOfDay } from '../../lib/time/time-zone.ts';
import type { AnalyticsContext } from './context.ts';
import { accountToRead, type Group, MOST_DAYS, withCodes } from './read-funnel.ts';
import { type AskedRange, toRange } from './time-range.ts';

export type Dashboard = {
  readonly sessions: { readonly total: number; readonly active: number };
  readonly ever: FunnelCounts;
  readonly today: FunnelCounts;
  /** Codes of other servers, today: those that a channel took are its messages. */
  readonly relayed: FunnelCounts;
  readonly byChannel: readonly Group[];
  readonly bySession: readonly Group[];
  readonly at: Date;
};

export type DashboardQuery = {
  /** The time zone that decides what is today. */
  readonly timeZone: string;
  /** For callers who see all accounts. All others see their own account. */
  readonly accountId?: string | undefined;
};

/**
 * Reads the dashboard: sessions, all-time totals, and today in the time zone.
 * @throws {AppError} `forbidden` for a key that is restricted to a part of its account.
 */
export async function readDashboard(
  { rollups, sessions, now }: AnalyticsContext,
  caller: Caller,
  query: DashboardQuery,
): Promise<Dashboard> {
  const { timeZone } = query;
  const accountId = accountToRead(caller, query.accountId);
  const at = now();
  const from = startOfDay(at, timeZone);
  const range = { accountId, from, to: at };
  const [counts, ever, today, relayed, byChannel, bySession] = await Promise.all([
    sessions.countByStatus(accountId),
    rollups.sumEver({ accountId }),
    rollups.sum({ level: 'account', ...range }),
    rollups.sum({ level: RELAYED, ...range }),
    rollups.sumBy('channel', { level: 'channel', ...range }),
    rollups.sumBy('sessionId', { level: 'session', ...range }),
  ]);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    sessions: { total, active: counts.get('active') ?? 0 },
    ever,
    today,
    relayed,
    byChannel: withCodes(byChannel),
    bySession: withCodes(bySession),
    at,
  };
}

/**
 * Reads what one session has sent, in all and in a range.
 * @throws {AppError} `session_not_found`; `validation_failed` for the range; `forbidden` as above.
 */
export async function readSessionStats(
  { rollups, sessions, now }: AnalyticsContext,
  caller: Caller,
  sessionId: string,
  asked: AskedRange,
) {
  const visible = accountToRead(caller);
  const session = await sessions.findById(sessionId);
  if (!session || (visible !== undefined && session.accountId !== visible)) throw noSuchSession();
  const range = toRange(asked, now(), MOST_DAYS);
  const { from, to } = range;
  const { accountId } = session;
  const [ever, figures] = await Promise.all([
    rollups.sumEver({ accountId, sessionId }),
    rollups.sum({ level: 'session', accountId, sessionId, from, to }),
  ]);
  return { ...range, session, ever, figures };
}
