import { toCounter } from './counter-row.ts';
import type { Database } from './database.ts';
import type { ClaimOutcome, Counter, CounterClaim } from './dialects/contract.ts';
import { placeholders, type Value } from './statement.ts';

export type { Counter, CounterClaim };

export type CounterStore = ReturnType<typeof createCounterStore>;

/** Counts events in windows, in the database, so that a restart forgets nothing and nodes share it. */
export function createCounterStore({ statements, claim }: Database) {
  const { select, change } = statements;

  /** Counts one on each counter, or on none when one is full: all of them, or those that were full. */
  async function claimAll(claims: readonly CounterClaim[], now: Date): Promise<ClaimOutcome> {
    const full = await findFull(claims, now);
    if (full.length > 0) return { counters: [], full };
    // One order for all callers, so that two of them cannot wait for each other.
    const ordered = [...claims].sort((a, b) => (a.key < b.key ? -1 : 1));
    return claim(ordered, now.getTime());
  }

  /** Spares the writer a flood of refusals. It can only refuse: whether there is room, the claim decides. */
  async function findFull(claims: readonly CounterClaim[], now: Date): Promise<Counter[]> {
    const maxOf = new Map(claims.map(({ key, max }) => [key, max]));
    const found = await find([...maxOf.keys()]);
    return found.filter(
      ({ key, points, resetsAt }) => resetsAt > now.getTime() && points >= (maxOf.get(key) ?? 0),
    );
  }

  /** Takes one point back from each counter whose window is still running. */
  async function giveBack(keys: readonly string[], now: Date): Promise<void> {
    await changeEach(
      keys,
      `UPDATE "rate_limits" SET "points" = "points" - 1
       WHERE "limitKey" = $1 AND "points" > 0 AND "resetsAt" > $2`,
      [now.getTime()],
    );
  }

  /** Forgets counters. */
  async function clear(keys: readonly string[]): Promise<void> {
    await changeEach(keys, `DELETE FROM "rate_limits" WHERE "limitKey" = $1`, []);
  }

  /**
   * One statement a row: a statement that locks several takes them in an order of its own, and
   * PostgreSQL then finds it in a deadlock with a claim, which takes them in the order of keys.
   */
  function changeEach(keys: readonly string[], sql: string, values: readonly Value[]) {
    return Promise.all(keys.map((key) => change(sql, [key, ...values])));
  }

  async function find(keys: readonly string[]): Promise<Counter[]> {
    const rows = await select(
      `SELECT "limitKey", "points", "resetsAt" FROM "rate_limits"
       WHERE "limitKey" IN (${placeholders(keys.length)})`,
      [...keys],
    );
    return rows.map(toCounter);
  }

  /** The keys of all counters that begin and end like this. It reads the whole table. */
  async function findKeys(start: string, end: string): Promise<string[]> {
    const rows = await select(
      `SELECT "limitKey" FROM "rate_limits" WHERE "limitKey" LIKE $1 ESCAPE '!'`,
      [`${literally(start)}%${literally(end)}`],
    );
    return rows.map((row) => String(row['limitKey']));
  }

  /** Deletes up to `batch` counters whose window ended before `now`; returns how many. */
  async function prune(now: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "limitKey" FROM "rate_limits" WHERE "resetsAt" <= $1 LIMIT ${batch}`,
      [now.getTime()],
    );
    if (rows.length === 0) return 0;
    return change(
      `DELETE FROM "rate_limits"
       WHERE "limitKey" IN (${placeholders(rows.length, 2)}) AND "resetsAt" <= $1`,
      [now.getTime(), ...rows.map((row) => String(row['limitKey']))],
    );
  }

  return { claimAll, giveBack, clear, find, findKeys, prune };
}

/** A text as a pattern that matches nothing else. */
function literally(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}
