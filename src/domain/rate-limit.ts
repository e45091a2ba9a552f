/** At most `max` events of one subject in any window of `windowSeconds`, wherever the window begins. */
export type Limit = {
  /** Its name in headers, metrics and counters. */
  readonly name: string;
  /** 0 switches the limit off. */
  readonly max: number;
  /** Undefined: the count ends only when it is cleared. */
  readonly windowSeconds: number | undefined;
  /**
   * How many events may come at once; without it, half of `max`, rounded up. With all of `max`, a
   * window may hold up to twice as many, less one: only for limits that guard no secret.
   */
  readonly burst?: number;
  /** Counted over all accounts, and therefore shown to none: it would tell one about the others. */
  readonly isShared?: boolean;
  /** It guards a secret: what a clock that ran ahead has counted is not forgotten. */
  readonly isStrict?: boolean;
};

/** One event of one subject, to be counted against one limit. */
export type RateLimitHit = { readonly limit: Limit; readonly subject: string };

/** How one limit stands for one subject. */
export type RateLimitStatus = RateLimitHit & {
  /** How many events it still counts, at most its burst. */
  readonly used: number;
  readonly isFull: boolean;
  /** When there is room for the next event; in the past when there is room now. */
  readonly roomAt: Date;
  /**
   * Seconds until the next event fits when it is full, otherwise until nothing is counted any more;
   * undefined when only clearing it makes room.
   */
  readonly resetSeconds: number | undefined;
};

/**
 * A limit as the generic cell rate algorithm (GCRA) counts it: `burst` at once, then one an interval, or
 * `toleranceMs` sooner.
 */
export type Rate = {
  readonly burst: number;
  readonly intervalMs: number;
  readonly toleranceMs: number;
  /** How far ahead of now a counter of this limit can be, whatever its `max` is; undefined: any time. */
  readonly longestMs: number | undefined;
};

const DAY_MS = 86_400_000;

/** A count without a window is forgotten after so long, so that no row is kept forever. */
const KEPT_DAYS = 400;

/**
 * Events at the same moment reach the database in another order than their times, also from nodes with
 * clocks of their own: without some tolerance the last one of a burst would be refused now and then.
 */
const TOLERANCE_MS = 1000;

/**
 * The rate that holds a limit in every window, not only in windows that begin at the first event: a
 * full burst and what comes back within one window are `max` together. A fixed window would let
 * twice `max` pass around its end.
 */
export function toRate({ max, windowSeconds, burst = Math.ceil(max / 2) }: Limit): Rate {
  if (windowSeconds === undefined) {
    const intervalMs = KEPT_DAYS * DAY_MS;
    return { burst: max, intervalMs, toleranceMs: TOLERANCE_MS, longestMs: undefined };
  }
  const windowMs = windowSeconds * 1000;
  if (burst >= max) {
    return {
      burst,
      intervalMs: Math.ceil(windowMs / max),
      toleranceMs: 0,
      longestMs: windowMs,
    };
  }
  const parts = max - burst + 1;
  const toleranceMs = Math.min(TOLERANCE_MS, Math.floor(windowMs / parts / 50));
  // One millisecond more, so that a window that includes both of its ends holds no event more.
  const intervalMs = Math.floor((windowMs + toleranceMs) / parts) + 1;
  return { burst, intervalMs, toleranceMs, longestMs: Math.max(windowMs, burst * intervalMs) };
}

/** The latest moment that a counter may hold with room for one more event at `now` (milliseconds). */
export function lastWithRoom(
  { burst, intervalMs, toleranceMs = 0 }: Pick<Rate, 'burst' | 'intervalMs'> & Partial<Rate>,
  now: number,
): number {
  return now + (burst - 1) * intervalMs + toleranceMs;
}
