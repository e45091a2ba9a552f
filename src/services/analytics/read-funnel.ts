import type { Caller } from '../../domain/access/caller.ts';
import { assertSeesWholeAccount } from '../../domain/access/key-restrictions.ts';
import { addCounts, emptyCounts, type FunnelCounts } from '../../domain/analytics/funnel-stats.ts';
import { INBOUND, QUARTER_DAYS } from '../../domain/analytics/rollup.ts';
import { invalidField } from '../../domain/refusal.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { startsBetween } from '../../lib/time/time-zone.ts';
import type { RollupFilter } from '../../storage/analytics/rollup-store.ts';
import type { AnalyticsContext } from './context.ts';
import { type AskedRange, type TimeRange, toRange } from './time-range.ts';

export const groupings = ['channel', 'session', 'region', 'hour', 'day'] as const;
type Grouping = (typeof groupings)[number];

export type FunnelQuery = AskedRange & {
  readonly by: Grouping | undefined;
  readonly channel: string | undefined;
  readonly sessionId: string | undefined;
  readonly region: string | undefined;
  /** For callers who see all accounts. All others see their own account. */
  readonly accountId: string | undefined;
};

/** A part of the total: a value of the dimension, or the start of an hour or day. */
export type Group = { readonly value: string | Date; readonly figures: FunnelCounts };

export type Funnel = TimeRange & {
  readonly total: FunnelCounts;
  readonly groups: readonly Group[];
};

export const MOST_DAYS = 366;
const MOST_DAYS_BY_HOUR = 31;
const DAY_SECONDS = 86_400;

const columnOf = { channel: 'channel', session: 'sessionId', region: 'region' } as const;

/**
 * Reads the funnel of the codes that were requested in a range, in all and by one dimension or by time.
 * @throws {AppError} `validation_failed` for the range; `forbidden` for a key that is restricted to a part of
 * its account.
 */
export async function readFunnel(
  ctx: AnalyticsContext,
  caller: Caller,
  query: FunnelQuery,
): Promise<Funnel> {
  const { by, channel, sessionId, region } = query;
  const accountId = accountToRead(caller, query.accountId);
  const range = toRange(query, ctx.now(), by === 'hour' ? MOST_DAYS_BY_HOUR : MOST_DAYS);
  const { from, to } = range;
  if (by === 'hour') assertHasHours(from, ctx.now());
  const filter = { accountId, channel, sessionId, region, from, to };
  const { total, groups } = await sumParts(ctx, by, range, filter);
  return { ...range, total, groups };
}

/** @throws {AppError} `validation_failed` for a time whose counts are stored by day. */
function assertHasHours(from: Date, now: Date): void {
  if (from >= addSeconds(now, -QUARTER_DAYS * DAY_SECONDS)) return;
  const message = `must be at most ${QUARTER_DAYS} days ago, because older figures are stored by day: use by=day`;
  throw invalidField('from', message, 'conflict');
}

async function sumParts(
  ctx: AnalyticsContext,
  by: Grouping | undefined,
  range: TimeRange,
  filter: Filter,
) {
  const part = levelOfPart(filter);
  const whole = { ...filter, level: part ?? 'account' } as const;
  if (by === undefined) return { total: await ctx.rollups.sum(whole), groups: [] };
  if (by === 'hour' || by === 'day') return sumByTime(ctx, by, range, whole);
  return sumByDimension(ctx, by, whole, { ...filter, level: part ?? by });
}

async function sumByDimension(
  { rollups }: AnalyticsContext,
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

/** Every hour or day of the range, including empty ones. */
async function sumByTime(
  { rollups }: AnalyticsContext,
  unit: 'hour' | 'day',
  range: TimeRange,
  filter: RollupFilter,
) {
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

type Filter = Omit<RollupFilter, 'level'>;

/** The level of a part that is selected by its values; undefined if all is selected. */
function levelOfPart({ channel, sessionId, region }: Filter): 'way' | typeof INBOUND | undefined {
  if (channel === INBOUND) return INBOUND;
  return [channel, sessionId, region].some((value) => value !== undefined) ? 'way' : undefined;
}

/** Whether a time is in the part that begins at `start`, or later. */
function isWithin(time: Date, start: Date | undefined): boolean {
  return start !== undefined && start <= time;
}

/** No account has this id, so its counts are zero. */
const NO_ACCOUNT = '';

/**
 * The account to read; undefined for all accounts, if the caller sees them. Another account looks like one that does
 * not exist.
 */
export function accountToRead(caller: Caller, asked?: string): string | undefined {
  assertSeesWholeAccount(caller.restrictions);
  if (caller.seesAllAccounts) return asked;
  return asked === undefined || asked === caller.accountId ? caller.accountId : NO_ACCOUNT;
}

/** Leaves out groups with messages only. */
export function withCodes(
  groups: readonly { readonly value: string; readonly figures: FunnelCounts }[],
): readonly Group[] {
  return groups.filter(({ figures }) => figures.asked > 0);
}
