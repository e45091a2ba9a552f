import type { DeliveryFailureReason, DeliveryKind } from '../../domain/delivery/delivery.ts';
import type { Database } from '../database.ts';
import { Delivery as DeliveryModel } from '../models/delivery/delivery.ts';
import { cut, optional, placeholders, readIds, type Step } from '../statement.ts';
import type { Selected } from '../table.ts';
import { CLAIM, CLAIM_EARLY, RELEASE, RELEASE_DUE } from './claim-statements.ts';
import {
  BEGIN_CLAIMED,
  type Claim,
  type NewDelivery,
  toClaimedRow,
} from './delivery-statements.ts';
import { toReceipt } from './receipt-statements.ts';

const latest = DeliveryModel.pick('channel', 'status', 'reason', 'updatedAt');
const claimed = DeliveryModel.pick('id', 'verificationId', 'status', 'step');

export type Delivery = Selected<typeof latest>;

/** A delivery that a node has claimed, to continue its workflow. */
export type ClaimedDelivery = Selected<typeof claimed>;

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
  const changeOne = async ({ sql, values }: Step) => (await change(sql, values)) === 1;

  /**
   * Records a claimed attempt before it is made, so that another node continues if this one dies; false, without a
   * change, if the verification has ended.
   */
  function beginClaimed(delivery: NewDelivery, now: Date, claim: Claim): Promise<boolean> {
    return changeOne(BEGIN_CLAIMED.with(toClaimedRow(delivery, now, claim)));
  }

  /**
   * Records the attempt of the next step, and that the claimed one is done; false, without a change, if the claim is
   * lost, a receipt has arrived or the verification has ended.
   */
  function beginNext(
    { id }: Pick<ClaimedDelivery, 'id'>,
    next: NewDelivery,
    now: Date,
    claim: Claim,
  ): Promise<boolean> {
    return transact([
      { ...RELEASE_DUE.with({ id, nodeId: claim.nodeId, now }), expectedRows: 1 },
      { ...BEGIN_CLAIMED.with(toClaimedRow(next, now, claim)), expectedRows: 1 },
    ]);
  }

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

  /** Records that it is not known whether the message was sent, because its node died. */
  async function markUnknown({ id }: Pick<ClaimedDelivery, 'id'>, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'unknown', "updatedAt" = $2
       WHERE "id" = $1 AND "status" = 'sending'`,
      [id, now],
    );
  }

  /** Claims deliveries of a kind whose next step is due, of which no other node has a claim; at most `limit`. */
  async function claimDue(
    kind: DeliveryKind,
    claim: Claim,
    now: Date,
    limit: number,
  ): Promise<ClaimedDelivery[]> {
    const due = await select(
      `SELECT ${claimed.columns} FROM "deliveries"
       WHERE "dueAt" <= $1 AND ("claimedUntil" IS NULL OR "claimedUntil" <= $1) AND "kind" = $2
       ORDER BY "dueAt" LIMIT ${limit}`,
      [now, kind],
    );
    const own: ClaimedDelivery[] = [];
    for (const row of due.map(claimed.decode)) {
      if (await changeOne(CLAIM.with({ ...claim, id: row.id, now }))) own.push(row);
    }
    return own;
  }

  /**
   * Claims the newest delivery of a verification before its next step is due; undefined if there is none, or a step is
   * being taken, also if that step begins meanwhile. One that began before `staleBefore` and is still in progress was
   * given up.
   */
  async function claimLatest(
    verificationId: string,
    claim: Claim,
    { now, staleBefore }: { readonly now: Date; readonly staleBefore: Date },
  ): Promise<ClaimedDelivery | undefined> {
    const found = await findNewest(verificationId);
    if (!found) return undefined;
    const { id } = found;
    if (!(await changeOne(CLAIM_EARLY.with({ ...claim, id, now, staleBefore })))) return undefined;
    // The row that begins the next step gives up the claim in the same transaction, so the claim was free again.
    const newest = await findNewest(verificationId);
    if (newest?.id === id) return found;
    await release(found, claim.nodeId, now);
    return undefined;
  }

  async function findNewest(verificationId: string): Promise<ClaimedDelivery | undefined> {
    const [row] = await select(
      `SELECT ${claimed.columns} FROM "deliveries"
       WHERE "verificationId" = $1 ORDER BY "id" DESC LIMIT 1`,
      [verificationId],
    );
    return row && claimed.decode(row);
  }

  /**
   * Whether no step may follow this delivery automatically: a later one has started, or a message since the latest send has
   * reached its goal.
   */
  async function isOver({
    id,
    verificationId,
  }: Pick<ClaimedDelivery, 'id' | 'verificationId'>): Promise<boolean> {
    const [row] = await select(
      `SELECT 1 AS "found" FROM "deliveries"
       WHERE "verificationId" = $1 AND ("id" > $2
         OR ("status" = 'read' OR ("status" = 'delivered' AND ("until" IS NULL OR "until" <> 'read')))
           AND "id" >= (SELECT MAX("id") FROM "deliveries" WHERE "verificationId" = $1 AND "step" = 0))
       LIMIT 1`,
      [verificationId, id],
    );
    return row !== undefined;
  }

  /** Makes the next step of an interrupted send due. */
  async function resumeInterrupted(verificationId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "dueAt" = $2 WHERE "verificationId" = $1 AND "status" = 'sending'`,
      [verificationId, now],
    );
  }

  /** Whether a message is being sent, as far as is stored. */
  async function isBeingSent(messageId: string): Promise<boolean> {
    const [row] = await select(
      `SELECT 1 AS "found" FROM "deliveries" WHERE "messageId" = $1 AND "status" = 'sending'`,
      [messageId],
    );
    return row !== undefined;
  }

  /** Ends the work on a claimed delivery: no further step starts. */
  async function release(
    { id }: Pick<ClaimedDelivery, 'id'>,
    nodeId: string,
    now: Date,
  ): Promise<void> {
    await changeOne(RELEASE.with({ id, nodeId, now }));
  }

  /** Cancels the steps of a verification that have not started. */
  async function cancelPending(verificationId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "dueAt" = NULL, "updatedAt" = $2
       WHERE "verificationId" = $1 AND "dueAt" IS NOT NULL AND "status" <> 'sending'`,
      [verificationId, now],
    );
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
    beginClaimed,
    beginNext,
    markAccepted,
    markFailed,
    markFailedLate,
    markUnknown,
    claimDue,
    claimLatest,
    isOver,
    isBeingSent,
    resumeInterrupted,
    release,
    cancelPending,
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
