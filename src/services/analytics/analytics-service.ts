import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { addCounts, emptyCounts, type FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import { noSuchSession } from '../../domain/whatsapp/session.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { startOfDay, startsBetween } from '../../lib/time/time-zone.ts';
import type { RollupSourceStore } from '../../storage/analytics/rollup-source-store.ts';
import type { RollupFilter, RollupStore } from '../../storage/analytics/rollup-store.ts';
import type { LeaseStore } from '../../storage/limits/lease-store.ts';
import type { SessionStore } from '../../storage/whatsapp/session-store.ts';
import type { PumpingGuard } from '../limits/pumping-guard-service.ts';
import { COUNTING_LEASE, createEventCounter } from './count-events.ts';
import { createRecounting } from './rebuild-rollups.ts';
import { type AskedRange, type TimeRange, toRange } from './time-range.ts';

type Dependencies = {
  readonly rollups: RollupStore;
  readonly rollupSources: RollupSourceStore;
  readonly sessions: SessionStore;
  readonly leases: LeaseStore;
  readonly pumping?: Pick<PumpingGuard, 'toSteps' | 'judge'>;
  readonly now: Clock;
};

export { COUNTING_LEASE };

export const groupings = ['channel', 'session', 'region', 'hour', 'day'] as const;
type Grouping = (typeof groupings)[number];

export type FunnelQuery = AskedRange & {
  readonly by: Grouping | undefined;
  readonly channel: string | undefined;
  readonly sessionId: string | undefined;
  readonly region: string | undefined;
  /** For operators; everybody else sees their own account. */
  readonly accountId: string | undefined;
};

/** A part of a range: a value of the dimension, or the moment at which it began. */
export type Group = { readonly value: string | Date; readonly figures: FunnelCounts };

export type Funnel = TimeRange & {
  readonly total: FunnelCounts;
  readonly groups: readonly Group[];
};

export type Dashboard = {
  readonly sessions: { readonly total: number; readonly active: number };
  readonly ever: FunnelCounts;
  readonly today: FunnelCounts;
  readonly byChannel: readonly Group[];
  readonly bySession: readonly Group[];
  readonly at: Date;
};

export type AnalyticsService = ReturnType<typeof createAnalyticsService>;

const MOST_DAYS = 366;
const MOST_DAYS_BY_HOUR = 31;

const columnOf = { channel: 'channel', session: 'sessionId', region: 'region' } as const;

/** Tells how verification goes, from what was counted: no figure is read from the logs. */
export function createAnalyticsService(dependencies: Dependencies) {
  const { rollups, sessions, now } = dependencies;

  /**
   * How things stand: sessions, all that was ever sent, and today in `timeZone`.
   * @throws {AppError} `forbidden` for a key that is held to a part of its account.
   */
  async function readDashboard(caller: Caller, timeZone: string): Promise<Dashboard> {
    const accountId = accountToRead(caller);
    const at = now();
    const from = startOfDay(at, timeZone);
    const range = { accountId, from, to: at };
    const [counts, ever, today, byChannel, bySession] = await Promise.all([
      sessions.countByStatus(accountId),
      rollups.sumEver({ accountId }),
      rollups.sum({ level: 'account', ...range }),
      rollups.sumBy('channel', { level: 'channel', ...range }),
      rollups.sumBy('sessionId', { level: 'session', ...range }),
    ]);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return {
      sessions: { total, active: counts.get('active') ?? 0 },
      ...{ ever, today, byChannel: withCodes(byChannel), bySession: withCodes(bySession) },
      at,
    };
  }

  /**
   * What became of the codes that were asked for in a range, in all and by one dimension or time.
   * @throws {AppError} `validation_failed` for the range; `forbidden` as `readDashboard`.
   */
  async function readFunnel(caller: Caller, query: FunnelQuery): Promise<Funnel> {
    const { by, channel, sessionId, region } = query;
    const accountId = accountToRead(caller, query.accountId);
    const range = toRange(query, now(), by === 'hour' ? MOST_DAYS_BY_HOUR : MOST_DAYS);
    const { from, to } = range;
    const filter = { accountId, channel, sessionId, region, from, to };
    const { total, groups } = await sumParts(by, range, filter);
    return { ...range, total, groups };
  }

  async function sumParts(by: Grouping | undefined, range: TimeRange, filter: Filter) {
    const isPart = isFiltered(filter);
    const whole = { ...filter, level: isPart ? 'way' : 'account' } as const;
    if (by === undefined) return { total: await rollups.sum(whole), groups: [] };
    if (by === 'hour' || by === 'day') return sumByTime(by, range, whole);
    return sumByDimension(by, whole, { ...filter, level: isPart ? 'way' : by });
  }

  async function sumByDimension(
    by: keyof typeof columnOf,
    whole: RollupFilter,
    parts: RollupFilter,
  ) {
    const [total, groups] = await Promise.all([
      rollups.sum(whole),
      rollups.sumBy(columnOf[by], parts),
    ]);
    return { total, groups: withCodes(groups) };
  }

  /** Every hour or day of the range, also those in which nothing happened. */
  async function sumByTime(unit: 'hour' | 'day', range: TimeRange, filter: RollupFilter) {
    const starts = startsBetween(unit, range);
    const sums = starts.map(() => emptyCounts);
    let index = 0;
    for (const { startsAt, figures } of await rollups.sumByQuarter(filter)) {
      while (isWithin(startsAt, starts[index + 1])) index += 1;
      sums[index] = addCounts(sums[index] ?? emptyCounts, figures);
    }
    return {
      total: sums.reduce(addCounts, emptyCounts),
      groups: starts.map((value, at) => ({ value, figures: sums[at] ?? emptyCounts })),
    };
  }

  /**
   * What one session has sent: ever, and in a range.
   * @throws {AppError} `session_not_found`; `validation_failed` for the range; `forbidden` as above.
   */
  async function readSessionStats(caller: Caller, sessionId: string, asked: AskedRange) {
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

  return {
    ...createEventCounter(dependencies),
    ...createRecounting(dependencies),
    ...{ readDashboard, readFunnel, readSessionStats },
  };
}

type Filter = Omit<RollupFilter, 'level'>;

function isFiltered({ channel, sessionId, region }: Filter): boolean {
  return [channel, sessionId, region].some((value) => value !== undefined);
}

/** Whether a time is of the part that begins at `start`, or of a later one. */
function isWithin(time: Date, start: Date | undefined): boolean {
  return start !== undefined && start <= time;
}

/** No account has this name: whose figures are asked for in vain has none. */
const NOBODY = '';

/**
 * The account whose figures are meant; undefined for all of them, which only an operator sees. Another
 * one's look like those of an account that is not there.
 */
function accountToRead(caller: Caller, asked?: string): string | undefined {
  assertSeesWholeAccount(caller.restrictions);
  if (caller.seesAllAccounts) return asked;
  return asked === undefined || asked === caller.accountId ? caller.accountId : NOBODY;
}

/** Where messages are counted too, no code may have been. */
function withCodes(
  groups: readonly { readonly value: string; readonly figures: FunnelCounts }[],
): readonly Group[] {
  return groups.filter(({ figures }) => figures.asked > 0);
}
