import type { FunnelCounts } from './funnel-stats.ts';

/**
 * What figures tell apart: nothing but accounts; one dimension; or all of them, which is a way. Each has
 * rows of its own, so that a total need not read all ways.
 */
type RollupLevel = 'account' | RollupDimension | 'way';
type RollupDimension = 'channel' | 'session' | 'region';

/** The part of an account that figures are about; an empty text where a level does not tell them apart. */
export type RollupScope = {
  readonly level: RollupLevel;
  readonly accountId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly region: string;
};

/** What one row of `rollups` is about. */
export type RollupRef = RollupScope & {
  /** A quarter of an hour, of which the days of every time zone are made; or all time. */
  readonly span: 'quarter' | 'ever';
  /** When the quarter began, in UTC; 1970 for all time. */
  readonly startsAt: Date;
};

/** The logs that are counted. */
export type RollupSource = 'otp_logs' | 'activity_logs';

/** What is to be added to one row. */
export type Increment = { readonly ref: RollupRef; readonly figures: FunnelCounts };

/** The row of all time: of an account, or of one of its sessions. */
export function everOf(accountId: string, sessionId = ''): RollupRef {
  const level = sessionId === '' ? 'account' : 'session';
  return { level, accountId, channel: '', sessionId, region: '', span: 'ever', startsAt: EVER };
}

const EVER = new Date(0);
const QUARTER_MS = 900_000;

/** The beginning of the quarter of an hour that `time` is in. */
export function quarterOf(time: Date): Date {
  return new Date(time.getTime() - (time.getTime() % QUARTER_MS));
}

export function nextQuarter(time: Date): Date {
  return new Date(quarterOf(time).getTime() + QUARTER_MS);
}
