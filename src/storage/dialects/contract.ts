import type { Sequelize } from 'sequelize';
import type { Statements } from '../statement.ts';

/** One event of one subject, as the generic cell rate algorithm counts it. */
export type CounterHit = {
  readonly key: string;
  /** How many events fit at once; at least 1. */
  readonly burst: number;
  /** Milliseconds after which there is room for one more. */
  readonly intervalMs: number;
  /** How much too early an event may come; 0 when it is left out. */
  readonly toleranceMs?: number;
  /**
   * The furthest that any counter of this kind can be ahead of now: what is further was written by a
   * clock that ran ahead. Nothing is too far when it is left out.
   */
  readonly longestMs?: number | undefined;
  /** Such a counter is then full but for one event; otherwise it counts nothing. */
  readonly isStrict?: boolean | undefined;
};

/** What was counted, or, when nothing was, the counters that were full. */
export type ConsumeOutcome = {
  readonly counters: readonly Counter[];
  readonly full: readonly Counter[];
};

/** `resetsAt`: milliseconds since 1970 when nothing that was counted is left. */
export type Counter = { readonly key: string; readonly resetsAt: number };

/** What differs between the databases, and nothing else. */
export type Dialect = {
  readonly sequelize: Sequelize;
  readonly statements: Statements;

  /**
   * Counts one event on every counter of `hits` at `now` (milliseconds since 1970), or on none
   * when one of them is full: one atomic step that no other caller sees half done.
   */
  consume(hits: readonly CounterHit[], now: number): Promise<ConsumeOutcome>;

  /** Whether what is written goes where the next process will look for it; of a server, always. */
  isInPlace(): Promise<boolean>;

  /** Runs `task` while no other process does so on this database. */
  withMigrationLock<T>(task: () => Promise<T>): Promise<T>;
};
