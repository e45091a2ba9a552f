import { lastWithRoom } from '../../domain/rate-limit.ts';
import type { Database } from '../database.ts';
import type { ConsumeOutcome, Counter, CounterHit } from '../dialects/contract.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import { placeholders } from '../statement.ts';
import { toCounter } from './counter-row.ts';

export type { Counter, CounterHit };

export type CounterStore = ReturnType<typeof createCounterStore>;

const keyColumn = RateLimit.pick('limitKey');

const CLOCK_TOLERANCE_MS = 10_000;

/** The counters to increase, and others to read with them. */
type ConsumeCall = {
  readonly hits: readonly CounterHit[];
  /** Counters that are read but not increased. */
  readonly watched?: readonly CounterHit[];
};

/** The outcome of the hits, and the watched counters as they were just before. */
type CallOutcome = ConsumeOutcome & { readonly watched: readonly Counter[] };

/** Counts events in the database, so that counts survive a restart and nodes share them. */
export function createCounterStore({ statements, consume }: Database) {
  const { select, change } = statements;
  let prunedUpTo = '';

  /** Counts one event on each counter of `hits`, or on none if one of them is full. */
  async function consumeAll({ hits, watched = [] }: ConsumeCall, now: Date): Promise<CallOutcome> {
    const found = await findCorrected([...hits, ...watched], now);
    const seen = watched.flatMap(({ key }) => found.get(key) ?? []);
    // Keeps a flood of refused hits away from the writer. Only `consume` decides whether there is room.
    const full = hits.flatMap((one) => {
      const counter = found.get(one.key);
      return counter && counter.resetsAt > lastWithRoom(one, now.getTime()) ? [counter] : [];
    });
    if (full.length > 0 || hits.length === 0) return { counters: [], full, watched: seen };
    // All callers use the same order, so that two of them cannot deadlock.
    const ordered = [...hits].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { ...(await consume(ordered, now.getTime())), watched: seen };
  }

  /**
   * Reads counters and corrects those that a wrong clock wrote: they are further ahead than their window
   * allows, and would block their subject for as long as that clock was ahead. A corrected strict
   * counter allows one more event, another one is empty.
   */
  async function findCorrected(hits: readonly CounterHit[], now: Date) {
    const found = new Map(
      (await find(hits.map(({ key }) => key))).map((counter) => [counter.key, counter]),
    );
    for (const one of hits) {
      const counter = found.get(one.key);
      if (counter && isTooFarAhead(one, counter, now)) found.set(one.key, await correct(one, now));
    }
    return found;
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
    await Promise.all(
      hits.map(({ key, intervalMs }) =>
        change(
          `UPDATE "rate_limits" SET "resetsAt" = "resetsAt" - $2
           WHERE "limitKey" = $1 AND "resetsAt" > $3`,
          [key, intervalMs, now.getTime()],
        ),
      ),
    );
  }

  /**
   * Deletes counters, one statement for each row. A statement that locks several rows takes them in any
   * order, which on PostgreSQL can deadlock with hits, because those take them in the order of the keys.
   */
  async function clear(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((key) => change(`DELETE FROM "rate_limits" WHERE "limitKey" = $1`, [key])),
    );
  }

  async function find(keys: readonly string[]): Promise<Counter[]> {
    if (keys.length === 0) return [];
    const rows = await select(
      `SELECT ${RateLimit.columns} FROM "rate_limits"
       WHERE "limitKey" IN (${placeholders(keys.length)})`,
      [...keys],
    );
    return rows.map(toCounter);
  }

  /** Finds the keys with this start and end. Reads the whole table. */
  async function findKeys(start: string, end: string): Promise<string[]> {
    const rows = await select(
      `SELECT ${keyColumn.columns} FROM "rate_limits" WHERE "limitKey" LIKE $1 ESCAPE '!'`,
      [`${escapeLike(start)}%${escapeLike(end)}`],
    );
    return rows.map((row) => keyColumn.decode(row).limitKey);
  }

  /**
   * Deletes up to `batch` counters that are empty at `now`; returns how many. There is no index on the
   * time, so each call continues where the last one ended, until it finds fewer than `batch`.
   */
  async function prune(now: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT ${keyColumn.columns} FROM "rate_limits" WHERE "limitKey" > $1 AND "resetsAt" <= $2
       ORDER BY "limitKey" LIMIT ${batch}`,
      [prunedUpTo, now.getTime()],
    );
    const keys = rows.map((row) => keyColumn.decode(row).limitKey);
    prunedUpTo = keys.length < batch ? '' : (keys.at(-1) ?? '');
    if (keys.length === 0) return 0;
    return change(
      `DELETE FROM "rate_limits" WHERE "limitKey" IN (${placeholders(keys.length, 2)}) AND "resetsAt" <= $1`,
      [now.getTime(), ...keys],
    );
  }

  return { consumeAll, refund, clear, find, findKeys, prune };
}

/** The latest time that a counter can have if all clocks are right. */
function latestPlausible({ longestMs = Number.MAX_SAFE_INTEGER }: CounterHit, now: Date): number {
  return now.getTime() + longestMs + CLOCK_TOLERANCE_MS;
}

function isTooFarAhead(hit: CounterHit, { resetsAt }: Counter, now: Date): boolean {
  return hit.longestMs !== undefined && resetsAt > latestPlausible(hit, now);
}

/** Escapes a text for LIKE. */
function escapeLike(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
