import type { KeyRestrictions } from '../../domain/access/permissions.ts';
import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { DeliveryFailureReason, DeliveryStatus } from '../../domain/delivery/delivery.ts';
import type { Database } from '../database.ts';
import { optional } from '../statement.ts';

/** A verification that a node opened and of which no channel is known. */
export type UnsentVerification = {
  readonly id: number;
  readonly accountId: string;
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
  /** The ISO 3166 region of the recipient. */
  readonly region: string;
  /** The credential that asked for it, as `formatPrincipal` has it. */
  readonly sentBy: string;
};

/** One attempt to send its message. */
export type SendAttempt = {
  readonly channel: string;
  readonly messageId: string;
  readonly sessionId: string;
  readonly status: DeliveryStatus;
  readonly reason: DeliveryFailureReason | undefined;
};

export type UnsentStore = ReturnType<typeof createUnsentStore>;

/** Still live, of that node, and no channel told: what a slow node may still do decides by these, too. */
const UNSENT = `"status" = 'sent' AND "nodeId" = $2 AND "channel" IS NULL`;

/** Settles what a dead node left between opening a verification and markEvents who took its message. */
export function createUnsentStore({ statements }: Database) {
  const { select, change } = statements;

  async function list(nodeId: string, limit: number): Promise<UnsentVerification[]> {
    const rows = await select(
      `SELECT "id", "accountId", "verificationId", "phoneNumber", "purpose", "region", "sentBy"
       FROM "otp_logs"
       WHERE "status" = 'sent' AND "nodeId" = $1 AND "channel" IS NULL ORDER BY "id" LIMIT ${limit}`,
      [nodeId],
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      accountId: String(row['accountId']),
      verificationId: String(row['verificationId']),
      phoneNumber: String(row['phoneNumber']),
      purpose: String(row['purpose']),
      region: String(row['region'] ?? ''),
      sentBy: String(row['sentBy'] ?? ''),
    }));
  }

  async function listAttempts(verificationId: string): Promise<SendAttempt[]> {
    const rows = await select(
      `SELECT "channel", "messageId", "sessionId", "status", "reason" FROM "deliveries"
       WHERE "verificationId" = $1 ORDER BY "id"`,
      [verificationId],
    );
    return rows.map((row) => ({
      channel: String(row['channel']),
      messageId: String(row['messageId']),
      sessionId: String(row['sessionId']),
      status: row['status'] as DeliveryStatus,
      reason: optional(row['reason'], (reason) => reason as DeliveryFailureReason),
    }));
  }

  /** What a key may send, and on whose count; of a key that is no more, nothing. */
  async function findSendReach(
    keyId: string,
  ): Promise<Pick<KeyRestrictions, 'sendsPerHour' | 'sendPot'>> {
    const [row] = await select(
      `SELECT "sendsPerHour", "sendPot" FROM "api_keys" WHERE "keyId" = $1`,
      [keyId],
    );
    return {
      sendsPerHour: optional(row?.['sendsPerHour'], Number),
      sendPot: optional(row?.['sendPot'], String),
    };
  }

  /** Ends one whose message surely did not leave; false when it is countAfter already, or went on. */
  async function fail(id: number, nodeId: string, now: Date): Promise<boolean> {
    const ended = await change(
      `UPDATE "otp_logs" SET "status" = 'failed', "activeKey" = NULL, "otpHash" = '', "updatedAt" = $3,
         "seen" = "seen" | ${eventBits.failed}, "countDue" = $3
       WHERE "id" = $1 AND ${UNSENT}`,
      [id, nodeId, now],
    );
    return ended === 1;
  }

  /** Leaves one live whose message may have left: nobody settles it again. False as above. */
  async function release(id: number, nodeId: string): Promise<boolean> {
    const released = await change(
      `UPDATE "otp_logs" SET "nodeId" = NULL WHERE "id" = $1 AND ${UNSENT}`,
      [id, nodeId],
    );
    return released === 1;
  }

  /** Whether a verification was ended as one whose message did not leave. */
  async function isFailed(verificationId: string): Promise<boolean> {
    const [row] = await select(`SELECT "status" FROM "otp_logs" WHERE "verificationId" = $1`, [
      verificationId,
    ]);
    return row?.['status'] === 'failed';
  }

  return { list, listAttempts, findSendReach, fail, release, isFailed };
}
