import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import type { Database } from '../database.ts';
import { Delivery as DeliveryModel } from '../models/delivery/delivery.ts';
import { cut, optional, placeholders, readIds } from '../statement.ts';
import type { Selected } from '../table.ts';
import { createDeliveryClaims } from './claims.ts';
import type { NewDelivery } from './delivery-statements.ts';
import { toReceipt } from './receipt-statements.ts';

const latest = DeliveryModel.pick('channel', 'status', 'reason', 'updatedAt');

export type Delivery = Selected<typeof latest>;

/** What an acceptance adds to the row. */
export type Acceptance = {
  /** The session that sent the message, if it is not the one with which the attempt began. */
  readonly sessionId?: string | undefined;
  readonly providerMessageId?: string | undefined;
  readonly details?: string | undefined;
  /** When the next step starts unless the message has reached its goal; undefined if none starts. */
  readonly dueAt?: Date | undefined;
};

type Failure = { readonly reason: DeliveryFailureReason; readonly details: string };

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** Stores deliveries: one row for each attempt to reach a recipient on one channel. */
export function createDeliveryStore({ statements, procedures }: Database) {
  const { select, change, transact } = statements;

  /**
   * Records in the delivery and in its verification that the channel accepted the message. An earlier receipt
   * is kept with its time. False if the verification is already counted or its send has failed; then it does
   * not change.
   */
  function markAccepted(
    delivery: Pick<NewDelivery, 'verificationId' | 'channel' | 'messageId'>,
    { sessionId, providerMessageId, details, dueAt }: Acceptance,
    now: Date,
  ): Promise<boolean> {
    const { verificationId, channel, messageId } = delivery;
    const ofMessage = { verificationId, channel, messageId, sessionId, providerMessageId };
    const fields = { ...ofMessage, details: optional(details, toDetails), dueAt };
    return procedures.acceptDelivery({ ...fields, now });
  }

  /** Records that the channel did not accept the message; false if a receipt or another node was first. */
  async function markFailed(messageId: string, failure: Failure, now: Date): Promise<boolean> {
    const failed = await change(
      `UPDATE "deliveries" SET "status" = 'failed', "reason" = $2, "details" = $3,
         "failedAt" = $4, "updatedAt" = $4, "dueAt" = NULL, "claimedBy" = NULL, "claimedUntil" = NULL
       WHERE "messageId" = $1 AND "status" = 'sending'`,
      [messageId, failure.reason, toDetails(failure.details), now],
    );
    return failed === 1;
  }

  /**
   * Records that a message which the channel had accepted did not arrive, and makes the next step due, unless the
   * provider takes it for fraud; false if it is still being sent, has arrived, or failed before.
   */
  async function markFailedLate(messageId: string, failure: Failure, now: Date): Promise<boolean> {
    const failed = await change(
      `UPDATE "deliveries" SET "status" = 'failed', "reason" = $2, "details" = $3,
         "failedAt" = $4, "updatedAt" = $4, "dueAt" = ${failure.reason === 'fraud_blocked' ? 'NULL' : '$4'}
       WHERE "messageId" = $1 AND "status" = 'accepted'`,
      [messageId, failure.reason, toDetails(failure.details), now],
    );
    return failed === 1;
  }

  /** Whether a message is being sent, as far as is stored. */
  async function isBeingSent(messageId: string): Promise<boolean> {
    const [row] = await select(
      `SELECT 1 AS "found" FROM "deliveries" WHERE "messageId" = $1 AND "status" = 'sending'`,
      [messageId],
    );
    return row !== undefined;
  }

  /** Finds the message that a provider reports on, by our ID or by the provider's. */
  async function findMessageId(
    channel: string,
    ref: { readonly messageId: string } | { readonly providerMessageId: string },
  ): Promise<string | undefined> {
    const [column, value] =
      'messageId' in ref
        ? ['messageId', ref.messageId]
        : ['providerMessageId', ref.providerMessageId];
    const [row] = await select(
      `SELECT "messageId" FROM "deliveries" WHERE "channel" = $1 AND "${column}" = $2 LIMIT 1`,
      [channel, value],
    );
    return optional(row?.['messageId'], String);
  }

  /**
   * Records that the message arrived; false if that is already stored, or another session reports it. `sessionId` is
   * undefined for a channel without sessions.
   */
  function markDelivered(
    messageId: string,
    sessionId: string | undefined,
    now: Date,
  ): Promise<boolean> {
    return transact(toReceipt('delivered', { messageId, sessionId, now }));
  }

  /** Records that it was read; false if that is already stored, or another session reports it. */
  function markRead(messageId: string, sessionId: string | undefined, now: Date): Promise<boolean> {
    return transact(toReceipt('read', { messageId, sessionId, now }));
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
    ...createDeliveryClaims(statements),
    markAccepted,
    markFailed,
    markFailedLate,
    isBeingSent,
    findMessageId,
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
