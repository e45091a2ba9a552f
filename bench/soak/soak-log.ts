import { quantile } from '../statistics.ts';

/** Kinds of calls, each measured on its own. */
export const callKinds = ['send', 'verify', 'other', 'console'] as const;

export type CallKind = (typeof callKinds)[number];

/** How many calls there were, and how long they took. Without a call, the times are missing. */
export type Latency = { readonly count: number; readonly p50Ms?: number; readonly p99Ms?: number };

/** The durations of the calls that ended in an interval, in milliseconds. */
export type Interval = Readonly<Record<CallKind, readonly number[]>>;

export type SoakLog = ReturnType<typeof createSoakLog>;

/** What the clients saw: the duration of each call, and how many errors there were of each kind. */
export function createSoakLog() {
  const errors = new Map<string, number>();
  let interval = newInterval();
  return {
    errors: errors as ReadonlyMap<string, number>,
    noteCall(kind: CallKind, tookMs: number): void {
      interval[kind].push(tookMs);
    },
    noteError(what: string): void {
      errors.set(what, (errors.get(what) ?? 0) + 1);
    },
    /** Returns the interval that ends now, and begins the next. */
    takeInterval(): Interval {
      const taken = interval;
      interval = newInterval();
      return taken;
    },
  };
}

function newInterval(): Record<CallKind, number[]> {
  return { send: [], verify: [], other: [], console: [] };
}

/** The latency of one kind of call in some intervals. */
export function latencyOf(intervals: readonly Interval[], kind: CallKind): Latency {
  const took = intervals.flatMap((interval) => interval[kind]);
  if (took.length === 0) return { count: 0 };
  return { count: took.length, p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99) };
}
