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
type RollupLevel = 'account' | RollupDimension | 'way' | typeof INBOUND | typeof RELAYED;
type RollupDimension = 'channel' | 'session' | 'region';

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
  /** A quarter of an hour, the unit that days of every time zone consist of, or all time (`ever`). */
  readonly span: 'quarter' | 'ever';
  /** The start of the quarter of an hour, in UTC; 1970 for all time. */
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

/** The start of the quarter of an hour that contains `time`. */
export function quarterOf(time: Date): Date {
  return new Date(time.getTime() - (time.getTime() % QUARTER_MS));
}

export function nextQuarter(time: Date): Date {
  return new Date(quarterOf(time).getTime() + QUARTER_MS);
}
