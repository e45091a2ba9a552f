import type { FunnelCounts } from './funnel-stats.ts';

/** What verifications by an incoming message are counted as, in place of a channel. Nothing was sent for them. */
export const INBOUND = 'inbound';

/**
 * The level of codes that other servers own: what was relayed is counted as messages of it, and is part of no total. Whether
 * such a code was verified is not known here.
 */
export const RELAYED = 'relayed';

/**
 * How finely counts are split: by account only, by one dimension, or by all three of them (`way`). Each level
 * has its own rows, so that a total does not have to add up the finest ones. Verifications by an incoming message have a
 * level of their own, split by session and region, so that totals and rates are about codes that were sent.
 */
export const rollupLevels = [
  'account',
  'channel',
  'session',
  'region',
  'way',
  INBOUND,
  RELAYED,
] as const;
type RollupLevel = (typeof rollupLevels)[number];

/** What a count covers; a dimension that the level does not split by is an empty text. */
export type RollupScope = {
  readonly level: RollupLevel;
  readonly accountId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly region: string;
};

/** Identifies one row of `rollups`. */
export type RollupRef = RollupScope & {
  /**
   * A quarter of an hour, the unit that days of every time zone consist of; a whole day, of which the quarters were
   * summed up; or all time (`ever`).
   */
  readonly span: 'quarter' | 'day' | 'ever';
  /** The start of the quarter of an hour, in UTC; the middle of the day; 1970 for all time. */
  readonly startsAt: Date;
};

/** The tables that are counted. */
export type RollupSource = 'otp_logs' | 'activity_logs';

/** Counts to add to one row. */
export type Increment = { readonly ref: RollupRef; readonly figures: FunnelCounts };

/** The all-time row of an account, or of one of its sessions. */
export function everOf(accountId: string, sessionId = ''): RollupRef {
  const level = sessionId === '' ? 'account' : 'session';
  return { level, accountId, channel: '', sessionId, region: '', span: 'ever', startsAt: EVER };
}

const EVER = new Date(0);
const QUARTER_MS = 900_000;
const HALF_DAY_MS = 12 * 3_600_000;

/** For so many days, counts are stored by quarters of an hour, and then by day. */
export const QUARTER_DAYS = 90;

/** After so many seconds from its middle, every day is over, even one of 25 hours. */
export const LONGEST_HALF_DAY_SECONDS = 14 * 3600;

/**
 * The row of a day that begins at `start`. It is placed in the middle of the day, so that in every time zone it is on the
 * date with which the day has the most in common.
 */
export function dayOf(scope: RollupScope, start: Date): RollupRef {
  const { level, accountId, channel, sessionId, region } = scope;
  const startsAt = new Date(start.getTime() + HALF_DAY_MS);
  return { level, accountId, channel, sessionId, region, span: 'day', startsAt };
}

/** The start of the quarter of an hour that contains `time`. */
export function quarterOf(time: Date): Date {
  return new Date(time.getTime() - (time.getTime() % QUARTER_MS));
}

export function nextQuarter(time: Date): Date {
  return new Date(quarterOf(time).getTime() + QUARTER_MS);
}
