import { lastWithRoom } from '../../domain/rate-limit.ts';
import type { Database } from '../database.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import type { Spending } from '../procedures.ts';
import { chunkBySizes, placeholders } from '../statement.ts';
import type { ConsumeOutcome, Counter, CounterHit } from './counter.ts';
import { findCounters, isFull, toCounter } from './counter-row.ts';
import { CLEAR_ONE } from './counter-statements.ts';

export type { Counter, CounterHit };

export type CounterStore = ReturnType<typeof createCounterStore>;

const CLOCK_TOLERANCE_MS = 10_000;

/** How many counters one step of pruning reads. */
const LOOKED_AT = 1000;

/** Few sizes, because each is a statement of its own, and small enough to be looked up by the index. */
const KEYS_PER_SELECT = [100, 20, 4, 1];

/** The counters to increase, and what goes with it. */
type ConsumeCall = {
  readonly hits: readonly CounterHit[];
  /** Counters that are read but not increased. */
  readonly watched?: readonly CounterHit[];
  /** The attempt to spend, if all hits are counted and no watched counter is full. */
  readonly spending?: Spending | undefined;
};

/** The outcome of the hits, and the watched counters. */
type CallOutcome = ConsumeOutcome & {
  readonly watched: readonly Counter[];
  /** Whether the attempt was spent; undefined if that was not tried. */
  readonly isSpent: boolean | undefined;
};

/** Counts events in the database, so that counts survive a restart and nodes share them. */
export function createCounterStore({ statements, procedures }: Database) {
  const { select, change } = statements;
  let prunedUpTo = '';

  /** Counts one event on each counter of `hits`, or on none if one of them is full. */
  async function consumeAll(call: ConsumeCall, now: Date): Promise<CallOutcome> {
    const { hits, watched = [] } = call;
    const { found, isGranted, isSpent } = await countCorrected(call, now);
    const pick = (wanted: readonly CounterHit[]) =>
      wanted.flatMap(({ key }) => found.get(key) ?? []);
    const seen = { watched: pick(watched), isSpent };
    if (isGranted) return { counters: pick(hits), full: [], ...seen };
    const full = hits.filter((hit) => isFull(hit, found.get(hit.key), now));
    return { counters: [], full: pick(full), ...seen };
  }

  /**
   * Counts, and corrects counters that a wrong clock wrote: they are further ahead than their window allows,
   * and would block their subject for as long as that clock was ahead. A corrected strict counter allows one
   * more event, another one is empty.
   */
  async function countCorrected(call: ConsumeCall, now: Date) {
    const { hits, watched = [] } = call;
    const outcome = await count(call, now);
    const { found } = outcome;
    const wrong = [...hits, ...watched].filter((hit) =>
      isTooFarAhead(hit, found.get(hit.key), now),
    );
    if (wrong.length === 0) return outcome;
    for (const hit of wrong) found.set(hit.key, await correct(hit, now));
    // A counter that is too far ahead is full, so nothing was counted on it.
    return outcome.isGranted ? outcome : count(call, now);
  }

  async function count({ hits, watched = [], spending }: ConsumeCall, now: Date) {
    // All callers use the same order, so that two of them cannot deadlock.
    const ordered = [...hits].sort((a, b) => (a.key < b.key ? -1 : 1));
    const { counters, isGranted, isSpent } =
      hits.length > 0
        ? await procedures.countEvents({ hits: ordered, watched, spending, now })
        : {
            counters: await find(watched.map(({ key }) => key)),
            isGranted: true,
            isSpent: undefined,
          };
    const found = new Map(counters.map((counter) => [counter.key, counter]));
    return { found, isGranted, isSpent };
  }

  /** Corrects a counter that is too far ahead, unless another call has corrected it already. */
  async function correct(hit: CounterHit, now: Date): Promise<Counter> {
    const resetsAt = hit.isStrict
      ? lastWithRoom({ ...hit, toleranceMs: 0 }, now.getTime())
      : now.getTime();
    await change(
      `UPDATE "rate_limits" SET "resetsAt" = $2 WHERE "limitKey" = $1 AND "resetsAt" > $3`,
      [hit.key, resetsAt, latestPlausible(hit, now)],
    );
    return { key: hit.key, resetsAt };
  }

  /** Subtracts one event from each counter that still counts it. */
  async function refund(hits: readonly CounterHit[], now: Date): Promise<void> {
    if (hits.length > 0) await procedures.refundEvents(hits, now);
  }

  /**
   * Deletes counters, one statement for each row. A statement that locks several rows takes them in any
   * order, which on PostgreSQL can deadlock with hits, because those take them in the order of the keys.
   */
  async function clear(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((limitKey) => {
        const { sql, values } = CLEAR_ONE.with({ limitKey });
        return change(sql, values);
      }),
    );
  }

  const find = (keys: readonly string[]) => findCounters(statements, keys);

  /** Finds any number of counters by their keys. */
  async function findMany(keys: readonly string[]): Promise<Counter[]> {
    const found: Counter[] = [];
    for (const some of chunkBySizes(keys, KEYS_PER_SELECT)) found.push(...(await find(some)));
    return found;
  }

  /**
   * Looks at the next thousand counters, by their keys, and deletes up to `batch` of those that are empty at
   * `now`. There is no index on the time, so each call continues where the last one ended. Returns how many
   * were deleted, and whether it has reached the end.
   */
  async function prune(
    now: Date,
    batch: number,
  ): Promise<{ readonly rows: number; readonly isDone: boolean }> {
    const seen = await select(
      `SELECT ${RateLimit.columns} FROM "rate_limits" WHERE "limitKey" > $1
       ORDER BY "limitKey" LIMIT ${LOOKED_AT}`,
      [prunedUpTo],
    );
    const counters = seen.map(toCounter);
    const empty = counters.filter(({ resetsAt }) => resetsAt <= now.getTime());
    const keys = empty.slice(0, batch).map(({ key }) => key);
    const isCut = empty.length > batch;
    const isDone = seen.length < LOOKED_AT && !isCut;
    const lastKey = isCut ? keys.at(-1) : counters.at(-1)?.key;
    const rows = keys.length === 0 ? 0 : await deleteEmpty(keys, now);
    prunedUpTo = isDone ? '' : (lastKey ?? '');
    return { rows, isDone };
  }

  function deleteEmpty(keys: readonly string[], now: Date): Promise<number> {
    return change(
      `DELETE FROM "rate_limits" WHERE "limitKey" IN (${placeholders(keys.length, 2)}) AND "resetsAt" <= $1`,
      [now.getTime(), ...keys],
    );
  }

  return { consumeAll, refund, clear, find, findMany, prune };
}

/** The latest time that a counter can have if all clocks are right. */
function latestPlausible({ longestMs = Number.MAX_SAFE_INTEGER }: CounterHit, now: Date): number {
  return now.getTime() + longestMs + CLOCK_TOLERANCE_MS;
}

function isTooFarAhead(hit: CounterHit, counter: Counter | undefined, now: Date): boolean {
  return hit.longestMs !== undefined && (counter?.resetsAt ?? 0) > latestPlausible(hit, now);
}
