import { lastWithRoom } from '../../domain/rate-limit.ts';
import type { Database } from '../database.ts';
import type { ConsumeOutcome, Counter, CounterHit } from '../dialects/contract.ts';
import { RateLimit } from '../models/limits/rate-limit.ts';
import { placeholders } from '../statement.ts';
import { toCounter } from './counter-row.ts';

export type { Counter, CounterHit };

export type CounterStore = ReturnType<typeof createCounterStore>;

const name = RateLimit.pick('limitKey');

const CLOCK_TOLERANCE_MS = 10_000;

/** A hit, and what else is to be read with it. */
type ConsumeCall = {
  readonly hits: readonly CounterHit[];
  /** Counters that are read and not counted. */
  readonly watched?: readonly CounterHit[];
};

/** What was counted or was full, and the watched counters as they were just before. */
type CallOutcome = ConsumeOutcome & { readonly watched: readonly Counter[] };

/** Counts events, in the database, so that a restart forgets nothing and nodes share it. */
export function createCounterStore({ statements, consume }: Database) {
  const { select, change } = statements;
  let prunedUpTo = '';

  /** Counts one on each consumed counter, or on none when one is full: all of them, or those that were full. */
  async function consumeAll({ hits, watched = [] }: ConsumeCall, now: Date): Promise<CallOutcome> {
    const found = await findSane([...hits, ...watched], now);
    const seen = watched.flatMap(({ key }) => found.get(key) ?? []);
    // Spares the writer a flood of refusals. It can only refuse: whether there is room, the hit decides.
    const full = hits.flatMap((one) => {
      const counter = found.get(one.key);
      return counter && counter.resetsAt > lastWithRoom(one, now.getTime()) ? [counter] : [];
    });
    if (full.length > 0 || hits.length === 0) return { counters: [], full, watched: seen };
    // One order for all callers, so that two of them cannot wait for each other.
    const ordered = [...hits].sort((a, b) => (a.key < b.key ? -1 : 1));
    return { ...(await consume(ordered, now.getTime())), watched: seen };
  }

  /**
   * Reads counters. One that is further ahead than any window was written by a clock that was wrong by
   * more than some seconds: a strict one is full but for one event, another counts nothing, or it would
   * keep its subject waiting for as long as that clock was ahead.
   */
  async function findSane(hits: readonly CounterHit[], now: Date) {
    const found = new Map(
      (await find(hits.map(({ key }) => key))).map((counter) => [counter.key, counter]),
    );
    for (const one of hits) {
      const counter = found.get(one.key);
      if (counter && isTooFar(one, counter, now)) found.set(one.key, await mend(one, now));
    }
    return found;
  }

  /** Sets a counter right that is too far ahead; the guard leaves alone what another call has mended. */
  async function mend(hit: CounterHit, now: Date): Promise<Counter> {
    const resetsAt = hit.isStrict
      ? lastWithRoom({ ...hit, toleranceMs: 0 }, now.getTime())
      : now.getTime();
    await change(
      `UPDATE "rate_limits" SET "resetsAt" = $2 WHERE "limitKey" = $1 AND "resetsAt" > $3`,
      [hit.key, resetsAt, latestOf(hit, now)],
    );
    return { key: hit.key, resetsAt };
  }

  /** Takes one event back from each counter that still counts it. */
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
   * Forgets counters. One statement a row: a statement that locks several takes them in an order of
   * its own, and PostgreSQL then finds it in a deadlock with a hit, which takes them in the order of keys.
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

  /** The keys of all counters that begin and end like this. It reads the whole table. */
  async function findKeys(start: string, end: string): Promise<string[]> {
    const rows = await select(
      `SELECT ${name.columns} FROM "rate_limits" WHERE "limitKey" LIKE $1 ESCAPE '!'`,
      [`${literally(start)}%${literally(end)}`],
    );
    return rows.map((row) => name.decode(row).limitKey);
  }

  /**
   * Deletes up to `batch` counters that count nothing any more at `now`; returns how many. Each call
   * goes on behind the last one, because no index leads to them, until it finds fewer than `batch`.
   */
  async function prune(now: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT ${name.columns} FROM "rate_limits" WHERE "limitKey" > $1 AND "resetsAt" <= $2
       ORDER BY "limitKey" LIMIT ${batch}`,
      [prunedUpTo, now.getTime()],
    );
    const keys = rows.map((row) => name.decode(row).limitKey);
    prunedUpTo = keys.length < batch ? '' : (keys.at(-1) ?? '');
    if (keys.length === 0) return 0;
    return change(
      `DELETE FROM "rate_limits" WHERE "limitKey" IN (${placeholders(keys.length, 2)}) AND "resetsAt" <= $1`,
      [now.getTime(), ...keys],
    );
  }

  return { consumeAll, refund, clear, find, findKeys, prune };
}

/** The furthest that a counter can be ahead when all clocks are right. */
function latestOf({ longestMs = Number.MAX_SAFE_INTEGER }: CounterHit, now: Date): number {
  return now.getTime() + longestMs + CLOCK_TOLERANCE_MS;
}

function isTooFar(hit: CounterHit, { resetsAt }: Counter, now: Date): boolean {
  return hit.longestMs !== undefined && resetsAt > latestOf(hit, now);
}

/** A text as a pattern that matches nothing else. */
function literally(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
