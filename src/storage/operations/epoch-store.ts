import type { Database } from '../database.ts';
import { Epoch } from '../models/operations/epoch.ts';
import type { Step } from '../statement.ts';
import { timesAt } from '../verification/live-verification.ts';
import { END_ALL } from '../verification/verification-statements.ts';

const epoch = Epoch.pick('number');

export type EpochStore = ReturnType<typeof createEpochStore>;

/**
 * Stores the number of the epoch. A new epoch begins after the database was restored from a backup, and
 * invalidates what was valid before.
 */
export function createEpochStore({ statements }: Database) {
  const { select, transact } = statements;

  async function read(): Promise<number> {
    const [row] = await select(`SELECT ${epoch.columns} FROM "epochs" WHERE "id" = 1`, []);
    return row ? epoch.decode(row).number : 0;
  }

  /**
   * Begins the epoch `next` and ends all live verifications. With `logins`, also ends all logins and
   * deletes the stored answers of idempotent requests. `also` is done in the same transaction. False, without a
   * change, if another node was first.
   */
  function begin(
    { seen, next }: { readonly seen: number; readonly next: number },
    { logins, also = [] }: { readonly logins: boolean; readonly also?: readonly Step[] },
    now: Date,
  ): Promise<boolean> {
    return transact([
      {
        sql: `UPDATE "epochs" SET "number" = $2, "startedAt" = $3 WHERE "id" = 1 AND "number" = $1`,
        values: [seen, next, now.getTime()],
        expectedRows: 1,
      },
      END_ALL.with(timesAt(now)),
      ...(logins ? endLogins(now) : []),
      ...also,
    ]);
  }

  return { read, begin };
}

function endLogins(now: Date): Step[] {
  return [
    {
      sql: `UPDATE "tokens" SET "isRevoked" = TRUE, "updatedAt" = $1 WHERE "isRevoked" = FALSE`,
      values: [now],
    },
    { sql: 'DELETE FROM "idempotency_keys"', values: [] },
  ];
}
