import type { Database } from '../database.ts';
import { Lease } from '../models/limits/lease.ts';
import type { Step } from '../statement.ts';

const holder = Lease.pick('owner');

/** So far apart may the clocks of two nodes be. */
const CLOCK_TOLERANCE_MS = 10_000;

export type LeaseStore = ReturnType<typeof createLeaseStore>;

/** Keeps leases: what only one process may do at a time, until a moment that the row names. */
export function createLeaseStore({ statements }: Database) {
  const { select, change, insert } = statements;

  /**
   * Takes a lease that is free or over, or prolongs one's own; false when another holds it. A lease
   * that ends later than `longestMs` from now was written by a clock that was wrong, and is over.
   */
  async function acquire(
    { name, owner }: { readonly name: string; readonly owner: string },
    now: Date,
    heldUntil: Date,
    longestMs = heldUntil.getTime() - now.getTime(),
  ): Promise<boolean> {
    const latest = now.getTime() + longestMs + CLOCK_TOLERANCE_MS;
    const update = () =>
      change(
        `UPDATE "leases" SET "owner" = $2, "heldUntil" = $4
         WHERE "name" = $1 AND ("heldUntil" <= $3 OR "owner" = $2 OR "heldUntil" > $5)`,
        [name, owner, now.getTime(), heldUntil.getTime(), latest],
      );
    if ((await update()) === 1) return true;
    const row = Lease.insertion({ name, owner, heldUntil: heldUntil.getTime() });
    const isNew = await insert(row.sql, row.values);
    // The row that was in the way may be one's own, of another call in the same moment.
    return isNew || (await update()) === 1;
  }

  /** Takes over the lease of an owner that is known to be dead; false when it is not that owner's any more. */
  async function inherit(
    { name, owner }: { readonly name: string; readonly owner: string },
    deadOwner: string,
    heldUntil: Date,
  ): Promise<boolean> {
    const taken = await change(
      `UPDATE "leases" SET "owner" = $2, "heldUntil" = $4 WHERE "name" = $1 AND "owner" = $3`,
      [name, owner, deadOwner, heldUntil.getTime()],
    );
    return taken === 1;
  }

  /** Ends one's own lease before its time. */
  async function release({ name, owner }: { readonly name: string; readonly owner: string }) {
    await change(`UPDATE "leases" SET "heldUntil" = 0 WHERE "name" = $1 AND "owner" = $2`, [
      name,
      owner,
    ]);
  }

  /** The step that lets a change be made only while one holds a lease. */
  function toFence(
    { name, owner }: { readonly name: string; readonly owner: string },
    now: Date,
  ): Step {
    return {
      sql: `UPDATE "leases" SET "heldUntil" = "heldUntil" + 1
        WHERE "name" = $1 AND "owner" = $2 AND "heldUntil" > $3`,
      values: [name, owner, now.getTime()],
      touching: 1,
    };
  }

  /** Who holds a lease at `now`; undefined when it is free. */
  async function findOwner(name: string, now: Date): Promise<string | undefined> {
    const [row] = await select(
      `SELECT ${holder.columns} FROM "leases" WHERE "name" = $1 AND "heldUntil" > $2`,
      [name, now.getTime()],
    );
    return row && holder.decode(row).owner;
  }

  return { acquire, inherit, release, findOwner, toFence };
}
