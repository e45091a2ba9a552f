/** One event of one subject, with the parameters of the generic cell rate algorithm. */
export type CounterHit = {
  readonly key: string;
  /** How many events are allowed at once; at least 1. */
  readonly burst: number;
  /** Milliseconds until one more event is allowed. */
  readonly intervalMs: number;
  /** How many milliseconds an event may come too early; 0 by default. */
  readonly toleranceMs?: number;
  /**
   * How far a counter of this kind can be ahead of now. A counter that is further ahead was written by a
   * wrong clock. Without a value there is no such limit.
   */
  readonly longestMs?: number | undefined;
  /** Whether a counter that is too far ahead then allows only one more event; otherwise it is reset. */
  readonly isStrict?: boolean | undefined;
};

/** The counters that were increased or, if none was, the counters that were full. */
export type ConsumeOutcome = {
  readonly counters: readonly Counter[];
  readonly full: readonly Counter[];
};

/** `resetsAt` is when the counter is empty again, in milliseconds since 1970. */
export type Counter = { readonly key: string; readonly resetsAt: number };
