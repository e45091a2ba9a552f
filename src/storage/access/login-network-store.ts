import type { Database } from '../database.ts';
import { LoginNetwork } from '../models/access/login-network.ts';
import { placeholders, type Step } from '../statement.ts';

export type LoginNetworkStore = ReturnType<typeof createLoginNetworkStore>;

/** Each has attempts of its own: a person has so many of them at most, those of the latest logins. */
const MOST_NETWORKS = 10;

/** Keeps from which networks people logged in, as keyed digests that alone tell nothing. */
export function createLoginNetworkStore({ statements }: Database) {
  const { select, change } = statements;

  /** Whether a login came from there at `since` or later. */
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
      [before, ...old.map((row) => Number(row['id']))],
    );
  }

  return { isKnown, prune };
}

/** Notes a login, behind a step that takes the person's row: two logins at once do it in turn. */
export function noteNetwork(userId: number, networkHash: string, now: Date): Step[] {
  return [
    { sql: `DELETE FROM "login_networks" WHERE "networkHash" = $1`, values: [networkHash] },
    LoginNetwork.insertion({ userId, networkHash, lastLoginAt: now }),
    {
      // MySQL reads the table that it deletes from only behind a table of its own.
      sql: `DELETE FROM "login_networks" WHERE "userId" = $1 AND "id" NOT IN (SELECT "id" FROM (
        SELECT "id" FROM "login_networks" WHERE "userId" = $2
        ORDER BY "lastLoginAt" DESC, "id" DESC LIMIT ${MOST_NETWORKS}) AS "latest")`,
      values: [userId, userId],
    },
  ];
}
