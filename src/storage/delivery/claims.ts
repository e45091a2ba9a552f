import type { DeliveryKind } from '../../domain/delivery/delivery.ts';
import { Delivery as DeliveryModel } from '../models/delivery/delivery.ts';
import type { Statements, Step } from '../statement.ts';
import type { Selected } from '../table.ts';
import { CLAIM, CLAIM_EARLY, RELEASE, RELEASE_DUE } from './claim-statements.ts';
import {
  BEGIN_CLAIMED,
  type Claim,
  type NewDelivery,
  toClaimedRow,
} from './delivery-statements.ts';

const claimed = DeliveryModel.pick('id', 'verificationId', 'status', 'step');

/** A delivery that a node has claimed, to continue its workflow. */
export type ClaimedDelivery = Selected<typeof claimed>;

/** Claims of deliveries: who takes the next step of a workflow, and when. Each step is taken once. */
export function createDeliveryClaims({ select, change, transact }: Statements) {
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

  /** Records that it is not known whether the message was sent, because its node died. */
  async function markUnknown({ id }: Pick<ClaimedDelivery, 'id'>, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "status" = 'unknown', "updatedAt" = $2
       WHERE "id" = $1 AND "status" = 'sending'`,
      [id, now],
    );
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

  /** Makes the next step of an interrupted send due. */
  async function resumeInterrupted(verificationId: string, now: Date): Promise<void> {
    await change(
      `UPDATE "deliveries" SET "dueAt" = $2 WHERE "verificationId" = $1 AND "status" = 'sending'`,
      [verificationId, now],
    );
  }

  return {
    beginClaimed,
    beginNext,
    claimDue,
    claimLatest,
    isOver,
    markUnknown,
    release,
    cancelPending,
    resumeInterrupted,
  };
}
