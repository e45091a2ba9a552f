import type { Database } from '../database.ts';
import { LoginNetwork } from '../models/access/login-network.ts';
import { placeholders, readIds, type Step } from '../statement.ts';

export type LoginNetworkStore = ReturnType<typeof createLoginNetworkStore>;

/** Each known network has its own login attempts. A user keeps the networks of the latest logins. */
const MAX_NETWORKS = 10;

/** Stores the networks from which users logged in, as keyed digests that reveal nothing on their own. */
export function createLoginNetworkStore({ statements }: Database) {
  const { select, change } = statements;

  /** Whether there was a login from this network at `since` or later. */
  async function isKnown(networkHash: string, since: Date): Promise<boolean> {
    const rows = await select(
      `SELECT 1 AS "known" FROM "login_networks" WHERE "networkHash" = $1 AND "lastLoginAt" >= $2`,
      [networkHash, since],
    );
    return rows.length > 0;
  }

  /** Deletes up to `batch` networks without a login since `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "login_networks" WHERE "lastLoginAt" < $1 ORDER BY "lastLoginAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "login_networks" WHERE "lastLoginAt" < $1 AND "id" IN (${placeholders(old.length, 2)})`,
      [before, ...readIds(old)],
    );
  }

  return { isKnown, prune };
}

/** Stores the network of a login. A step before it must lock the user's row, so that logins take turns. */
export function recordNetwork(userId: number, networkHash: string, now: Date): Step[] {
  return [
    { sql: `DELETE FROM "login_networks" WHERE "networkHash" = $1`, values: [networkHash] },
    LoginNetwork.insertion({ userId, networkHash, lastLoginAt: now }),
    {
      // MySQL can only select from the table of the DELETE through a derived table.
      sql: `DELETE FROM "login_networks" WHERE "userId" = $1 AND "id" NOT IN (SELECT "id" FROM (
        SELECT "id" FROM "login_networks" WHERE "userId" = $2
        ORDER BY "lastLoginAt" DESC, "id" DESC LIMIT ${MAX_NETWORKS}) AS "latest")`,
      values: [userId, userId],
    },
  ];
}
