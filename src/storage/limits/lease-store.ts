import type { Database } from '../database.ts';
import { Lease } from '../models/limits/lease.ts';
import type { Step } from '../statement.ts';

const holder = Lease.pick('owner');
const nameColumn = Lease.pick('name');

/** How far apart the clocks of two nodes may be. */
const CLOCK_TOLERANCE_MS = 10_000;

export type LeaseStore = ReturnType<typeof createLeaseStore>;

/** Stores leases. Only one process holds a lease at a time, until the time in its row. */
export function createLeaseStore({ statements, models }: Database) {
  const { select, change } = statements;

  /**
   * Acquires a lease that is free or has expired, or renews one of the same owner; false if another
   * owner holds it. A lease that ends later than `longestMs` from now was written by a wrong clock and
   * counts as expired.
   */
  async function acquire(
    { name, owner }: { readonly name: string; readonly owner: string },
    now: Date,
    heldUntil: Date,
    longestMs = heldUntil.getTime() - now.getTime(),
  ): Promise<boolean> {
    const latest = latestEnd(now, longestMs);
    const update = () =>
      change(
        `UPDATE "leases" SET "owner" = $2, "heldUntil" = $4
         WHERE "name" = $1 AND ("heldUntil" <= $3 OR "owner" = $2 OR "heldUntil" > $5)`,
        [name, owner, now.getTime(), heldUntil.getTime(), latest],
      );
    if ((await update()) === 1) return true;
    const isNew = await models.Lease.insertRow({ name, owner, heldUntil: heldUntil.getTime() });
    // The existing row may belong to the same owner, from another call at the same time.
    return isNew || (await update()) === 1;
  }

  /** Passes a lease on to another owner; false if `from` no longer has it. */
  async function transfer(
    { name, from, to }: { readonly name: string; readonly from: string; readonly to: string },
    heldUntil: Date,
  ): Promise<boolean> {
    const passed = await change(
      `UPDATE "leases" SET "owner" = $3, "heldUntil" = $4 WHERE "name" = $1 AND "owner" = $2`,
      [name, from, to, heldUntil.getTime()],
    );
    return passed === 1;
  }

  /** Ends a lease of this owner early. */
  async function release({ name, owner }: { readonly name: string; readonly owner: string }) {
    await change(`UPDATE "leases" SET "heldUntil" = 0 WHERE "name" = $1 AND "owner" = $2`, [
      name,
      owner,
    ]);
  }

  /** Ends all leases of a dead owner early, which nothing renews any longer. */
  async function releaseAllOf(deadOwner: string, now: Date): Promise<void> {
    const rows = await select(
      `SELECT ${nameColumn.columns} FROM "leases" WHERE "owner" = $1 AND "heldUntil" > $2`,
      [deadOwner, now.getTime()],
    );
    for (const row of rows) await release({ name: nameColumn.decode(row).name, owner: deadOwner });
  }

  /** Returns the step that makes a transaction fail unless the owner holds the lease. */
  function toFence(
    { name, owner }: { readonly name: string; readonly owner: string },
    now: Date,
  ): Step {
    return {
      sql: `UPDATE "leases" SET "heldUntil" = "heldUntil" + 1
        WHERE "name" = $1 AND "owner" = $2 AND "heldUntil" > $3`,
      values: [name, owner, now.getTime()],
      expectedRows: 1,
    };
  }

  /** Finds the owner of a lease at `now`; undefined if it is free. */
  async function findOwner(name: string, now: Date): Promise<string | undefined> {
    const [row] = await select(
      `SELECT ${holder.columns} FROM "leases" WHERE "name" = $1 AND "heldUntil" > $2`,
      [name, now.getTime()],
    );
    return row && holder.decode(row).owner;
  }

  /** Counts the leases that each owner holds, of those whose names begin with `prefix`. */
  async function countByOwner(prefix: string, now: Date): Promise<ReadonlyMap<string, number>> {
    const rows = await select(
      `SELECT "owner", COUNT(*) AS "held" FROM "leases"
       WHERE "name" LIKE $1 AND "heldUntil" > $2 GROUP BY "owner"`,
      [`${prefix}%`, now.getTime()],
    );
    return new Map(rows.map((row) => [holder.decode(row).owner, Number(row['held'])]));
  }

  return { acquire, transfer, release, releaseAllOf, findOwner, countByOwner, toFence };
}

/** The latest end of a lease of `longestMs` that a node with a right clock can have written. */
export function latestEnd(now: Date, longestMs: number): number {
  return now.getTime() + longestMs + CLOCK_TOLERANCE_MS;
}
