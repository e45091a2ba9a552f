import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import type { Database } from '../database.ts';
import { Delivery as DeliveryModel } from '../models/delivery/delivery.ts';
import { cut, optional, placeholders } from '../statement.ts';
import type { Selected } from '../table.ts';
import { countAfter, markEvents } from '../verification/event-flags.ts';

const latest = DeliveryModel.pick('channel', 'status', 'reason', 'updatedAt');

export type Delivery = Selected<typeof latest>;

export type NewDelivery = {
  readonly accountId: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly messageId: string;
};

/** What an acceptance adds to the record. */
export type Acceptance = {
  /** The session that sent it, when it was another than the attempt began with. */
  readonly sessionId?: string | undefined;
  readonly details?: string | undefined;
};

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** Keeps deliveries: one row for each attempt to reach a recipient on one channel. */
export function createDeliveryStore({ statements }: Database) {
  const { select, change, transact } = statements;

  /** Records an attempt before it is made, so that a crash leaves it `pending`, not unknown. */
  async function begin(delivery: NewDelivery, now: Date): Promise<void> {
    const { sql, values } = DeliveryModel.insertion({
      ...delivery,
      status: 'pending',
      createdAt: now,
      updatedAt: now,
    });
    await change(sql, values);
  }

  /** Records that the channel took the message. A receipt that came first stands, with its time. */
  async function markAccepted(messageId: string, by: Acceptance, now: Date): Promise<void> {
    // MySQL assigns from left to right: what reads the old status comes before the new one.
    await change(
      `UPDATE "deliveries" SET "sessionId" = COALESCE($2, "sessionId"),
         "details" = COALESCE($3, "details"),
         "acceptedAt" = COALESCE("deliveredAt", $4),
         "updatedAt" = CASE WHEN "status" = 'pending' THEN $4 ELSE "updatedAt" END,
         "status" = CASE WHEN "status" = 'pending' THEN 'accepted' ELSE "status" END
       WHERE "messageId" = $1 AND "status" IN ('pending', 'delivered', 'read')`,
      [messageId, by.sessionId ?? null, optional(by.details, toDetails) ?? null, now],
    );
  }

  async function markFailed(messageId: string, failure: Failure, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'failed', "reason" = $2, "details" = $3,
         "failedAt" = $4, "updatedAt" = $4
       WHERE "messageId" = $1 AND "status" = 'pending'`,
      [messageId, failure.reason, toDetails(failure.details), now],
    );
  }

  /** Records that the message arrived; false when that is no news, or comes from another session. */
  function markDelivered(messageId: string, sessionId: string, now: Date): Promise<boolean> {
    return advance(
      {
        sets: `"status" = 'delivered', "deliveredAt" = $3`,
        from: `'pending', 'accepted', 'failed'`,
        notes: `"deliveredAt" = $2, ${markEvents(eventBits.delivered, 3)}`,
      },
      [messageId, sessionId, now],
    );
  }

  /** Records that it was read; false when that is no news, or comes from another session. */
  function markRead(messageId: string, sessionId: string, now: Date): Promise<boolean> {
    return advance(
      {
        sets: `"status" = 'read', "readAt" = $3, "deliveredAt" = COALESCE("deliveredAt", $3)`,
        from: `'pending', 'accepted', 'failed', 'delivered'`,
        notes: `"readAt" = $2, "deliveredAt" = COALESCE("deliveredAt", $2),
          ${markEvents(eventBits.delivered + eventBits.read, 3)}`,
      },
      [messageId, sessionId, now],
    );
  }

  /**
   * A message that arrived did not fail, whatever it looked like before: the reason goes. Until its
   * channel has told which session it went through, the news of any may be right, and tell it. The
   * verification notes it too, unless it is over because no channel seemed to take its message, or
   * another one did.
   */
  function advance(
    { sets, from, notes }: { sets: string; from: string; notes: string },
    [messageId, sessionId, now]: readonly [messageId: string, sessionId: string, now: Date],
  ): Promise<boolean> {
    return transact([
      {
        sql: `UPDATE "deliveries" SET "sessionId" = $2, ${sets}, "reason" = NULL, "updatedAt" = $3
          WHERE "messageId" = $1 AND "status" IN (${from})
            AND ("sessionId" = $2 OR "status" IN ('pending', 'failed'))`,
        values: [messageId, sessionId, now],
        touching: 1,
      },
      {
        sql: `UPDATE "otp_logs" SET ${notes}
          WHERE "verificationId" = (SELECT "verificationId" FROM "deliveries" WHERE "messageId" = $1)
            AND "status" <> 'failed' AND ("messageId" IS NULL OR "messageId" = $1)`,
        values: [messageId, now, countAfter(now)],
      },
    ]);
  }

  /** The newest attempt of a verification. */
  async function findLatest(verificationId: string): Promise<Delivery | undefined> {
    const [row] = await select(
      `SELECT ${latest.columns} FROM "deliveries"
       WHERE "verificationId" = $1 ORDER BY "id" DESC LIMIT 1`,
      [verificationId],
    );
    return row && latest.decode(row);
  }

  /** Deletes up to `batch` attempts that were made before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "deliveries" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(`DELETE FROM "deliveries" WHERE "id" IN (${placeholders(old.length)})`, [
      ...old.map((row) => Number(row['id'])),
    ]);
  }

  return {
    begin,
    markAccepted,
    markFailed,
    markDelivered,
    markRead,
    findLatest,
    prune,
  };
}

/** Operators read these: what is longer than that tells them no more. */
function toDetails(text: string): string {
  return cut(text, 500);
}
