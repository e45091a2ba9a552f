import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { Database } from '../database.ts';
import { Epoch } from '../models/operations/epoch.ts';
import type { Step } from '../statement.ts';
import { countAfter, markEvents } from '../verification/event-flags.ts';

const epoch = Epoch.pick('number');

export type EpochStore = ReturnType<typeof createEpochStore>;

/**
 * Keeps the number of the epoch. A new one begins when an older database was put in the place of this one:
 * nothing that was good before is good in it.
 */
export function createEpochStore({ statements }: Database) {
  const { select, transact } = statements;

  async function read(): Promise<number> {
    const [row] = await select(`SELECT ${epoch.columns} FROM "epochs" WHERE "id" = 1`, []);
    return row ? epoch.decode(row).number : 0;
  }

  /**
   * Begins the epoch `next` and ends all live verifications; with `logins`, also all logins and the answers
   * that were kept for repeated requests. All of it, or nothing, and then false: another node was first.
   */
  function begin(
    { seen, next }: { readonly seen: number; readonly next: number },
    { logins }: { readonly logins: boolean },
    now: Date,
  ): Promise<boolean> {
    return transact([
      {
        sql: `UPDATE "epochs" SET "number" = $2, "startedAt" = $3 WHERE "id" = 1 AND "number" = $1`,
        values: [seen, next, now.getTime()],
        touching: 1,
      },
      {
        sql: `UPDATE "otp_logs" SET "status" = 'expired', "activeKey" = NULL, "otpHash" = '',
            "updatedAt" = $1, ${markEvents(eventBits.expired, 2)}
          WHERE "status" = 'sent'`,
        values: [now, countAfter(now)],
      },
      ...(logins ? endLogins(now) : []),
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
