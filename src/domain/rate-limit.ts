/** At most `max` events of one subject in any window of `windowSeconds`, wherever the window begins. */
export type Limit = {
  /** Its name in headers, metrics and counters. */
  readonly name: string;
  /** 0 disables the limit. */
  readonly max: number;
  /** Undefined: the count ends only when it is reset. */
  readonly windowSeconds: number | undefined;
  /**
   * How many events may come at once; by default half of `max`, rounded up. If it equals `max`, a window
   * may contain up to twice `max`, less one: only for limits that do not protect a secret.
   */
  readonly burst?: number;
  /** Counted over all accounts, and not shown to any: it would reveal the activity of others. */
  readonly isShared?: boolean;
  /** Protects a secret: counts made while a clock ran ahead are kept. */
  readonly isStrict?: boolean;
};

/** One event of one subject, to be counted against one limit. */
export type RateLimitHit = { readonly limit: Limit; readonly subject: string };

/** The current state of one limit for one subject. */
export type RateLimitStatus = RateLimitHit & {
  /** How many events are still counted, at most the burst. */
  readonly used: number;
  readonly isFull: boolean;
  /** When the next event is allowed; in the past if it is allowed now. */
  readonly roomAt: Date;
  /**
   * If the limit is reached, seconds until the next event is allowed; otherwise until the count is zero.
   * Undefined if only a reset helps.
   */
  readonly resetSeconds: number | undefined;
};

/**
 * A limit in the terms of the generic cell rate algorithm (GCRA): `burst` at once, then one per interval,
 * or `toleranceMs` sooner.
 */
export type Rate = {
  readonly burst: number;
  readonly intervalMs: number;
  readonly toleranceMs: number;
  /** How far in the future a counter of this limit can be, for any `max`; undefined: without bound. */
  readonly longestMs: number | undefined;
};

const DAY_MS = 86_400_000;

/** Counts without a window are deleted after this time, so that no row is kept forever. */
const KEPT_DAYS = 400;

/**
 * Simultaneous events reach the database out of order, also from nodes with different clocks: without
 * some tolerance, the last event of a burst would sometimes be refused.
 */
const TOLERANCE_MS = 1000;

/**
 * The rate that enforces a limit in every window, not only in windows that begin at the first event: a
 * full burst plus what is regained within one window is `max`. A fixed window would let twice `max`
 * pass around its end.
 */
export function toRate({ max, windowSeconds, burst = Math.ceil(max / 2) }: Limit): Rate {
  if (windowSeconds === undefined) {
    const intervalMs = KEPT_DAYS * DAY_MS;
    return { burst: max, intervalMs, toleranceMs: TOLERANCE_MS, longestMs: undefined };
  }
  const windowMs = windowSeconds * 1000;
  const isFullBurst = burst >= max;
  const parts = isFullBurst ? max : max - burst + 1;
  const toleranceMs = Math.min(TOLERANCE_MS, Math.floor(windowMs / parts / 50));
  // One millisecond more for a limit that holds in every window, so that a window that includes both ends contains no
  // extra event.
  const intervalMs = Math.ceil((windowMs + toleranceMs + (isFullBurst ? 0 : 1)) / parts);
  const mostAtOnce = Math.min(burst, max);
  return { burst, intervalMs, toleranceMs, longestMs: Math.max(windowMs, mostAtOnce * intervalMs) };
}

/** The latest counter value that allows one more event at `now` (milliseconds). */
export function lastWithRoom(
  { burst, intervalMs, toleranceMs = 0 }: Pick<Rate, 'burst' | 'intervalMs'> & Partial<Rate>,
  now: number,
): number {
  return now + (burst - 1) * intervalMs + toleranceMs;
}
