import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import type { Database } from '../database.ts';
import { Delivery as DeliveryModel } from '../models/delivery/delivery.ts';
import { cut, named, optional, placeholders, readIds } from '../statement.ts';
import type { Selected } from '../table.ts';
import { countAfter, markEvents } from '../verification/event-flags.ts';
import { beginDelivery, type NewDelivery } from './delivery-statements.ts';

const latest = DeliveryModel.pick('channel', 'status', 'reason', 'updatedAt');

export type Delivery = Selected<typeof latest>;

/** What an acceptance adds to the row. */
export type Acceptance = {
  /** The session that sent the message, if it is not the one with which the attempt began. */
  readonly sessionId?: string | undefined;
  readonly details?: string | undefined;
};

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** Stores deliveries: one row for each attempt to reach a recipient on one channel. */
export function createDeliveryStore({ statements, procedures }: Database) {
  const { select, change, transact } = statements;

  /** Records an attempt before it is made, so that a crash leaves it `pending` and not unknown. */
  async function begin(delivery: NewDelivery, now: Date): Promise<void> {
    const { sql, values } = beginDelivery(delivery, now);
    await change(sql, values);
  }

  /**
   * Records in the delivery and in its verification that the channel accepted the message. An earlier receipt
   * is kept with its time. False if the verification is already counted or its send has failed; then it does
   * not change.
   */
  function markAccepted(
    delivery: Pick<NewDelivery, 'verificationId' | 'channel' | 'messageId'>,
    { sessionId, details }: Acceptance,
    now: Date,
  ): Promise<boolean> {
    const { verificationId, channel, messageId } = delivery;
    const ofMessage = { verificationId, channel, messageId, sessionId };
    return procedures.acceptDelivery({ ...ofMessage, details: optional(details, toDetails), now });
  }

  async function markFailed(messageId: string, failure: Failure, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'failed', "reason" = $2, "details" = $3,
         "failedAt" = $4, "updatedAt" = $4
       WHERE "messageId" = $1 AND "status" = 'pending'`,
      [messageId, failure.reason, toDetails(failure.details), now],
    );
  }

  /** Records that the message arrived; false if that is already stored, or another session reports it. */
  function markDelivered(messageId: string, sessionId: string, now: Date): Promise<boolean> {
    return advance(
      {
        sets: `"status" = 'delivered', "deliveredAt" = :now`,
        from: `'pending', 'accepted', 'failed'`,
        verificationSets: `"deliveredAt" = :now, ${markEvents(eventBits.delivered)}`,
      },
      [messageId, sessionId, now],
    );
  }

  /** Records that it was read; false if that is already stored, or another session reports it. */
  function markRead(messageId: string, sessionId: string, now: Date): Promise<boolean> {
    return advance(
      {
        sets: `"status" = 'read', "readAt" = :now, "deliveredAt" = COALESCE("deliveredAt", :now)`,
        from: `'pending', 'accepted', 'failed', 'delivered'`,
        verificationSets: `"readAt" = :now, "deliveredAt" = COALESCE("deliveredAt", :now),
          ${markEvents(eventBits.delivered + eventBits.read)}`,
      },
      [messageId, sessionId, now],
    );
  }

  /**
   * Records a receipt. A message that arrived did not fail, so its failure reason is removed. Until the
   * channel has reported the session of the message, a receipt of any session is accepted and sets the
   * session. The receipt is also stored in the verification, unless its send failed or another message
   * was accepted for it.
   */
  function advance(
    { sets, from, verificationSets }: { sets: string; from: string; verificationSets: string },
    [messageId, sessionId, now]: readonly [messageId: string, sessionId: string, now: Date],
  ): Promise<boolean> {
    const delivery = named<'messageId' | 'sessionId' | 'now'>(
      `UPDATE "deliveries" SET "sessionId" = :sessionId, ${sets}, "reason" = NULL, "updatedAt" = :now
       WHERE "messageId" = :messageId AND "status" IN (${from})
         AND ("sessionId" = :sessionId OR "status" IN ('pending', 'failed'))`,
    );
    const verification = named<'messageId' | 'now' | 'countAfter'>(
      `UPDATE "otp_logs" SET ${verificationSets}
       WHERE "verificationId" =
           (SELECT "verificationId" FROM "deliveries" WHERE "messageId" = :messageId)
         AND "status" <> 'failed' AND ("messageId" IS NULL OR "messageId" = :messageId)`,
    );
    return transact([
      { ...delivery.with({ messageId, sessionId, now }), expectedRows: 1 },
      verification.with({ messageId, now, countAfter: countAfter(now) }),
    ]);
  }

  /** Finds the newest attempt of a verification. */
  async function findLatest(verificationId: string): Promise<Delivery | undefined> {
    const [row] = await select(
      `SELECT ${latest.columns} FROM "deliveries"
       WHERE "verificationId" = $1 ORDER BY "id" DESC LIMIT 1`,
      [verificationId],
    );
    return row && latest.decode(row);
  }

  /** Deletes up to `batch` attempts that were created before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "deliveries" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "deliveries" WHERE "id" IN (${placeholders(old.length)})`,
      readIds(old),
    );
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

/** Shortens the details, which are only for operators. */
function toDetails(text: string): string {
  return cut(text, 500);
}
