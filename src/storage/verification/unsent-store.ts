import type { KeyRestrictions } from '../../domain/access/permissions.ts';
import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { Database } from '../database.ts';
import { ApiKey } from '../models/access/api-key.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import type { Selected } from '../table.ts';
import { END } from './live-verification.ts';

/** A verification that a node has opened and whose channel is not known. */
export type UnsentVerification = Omit<Selected<typeof unsent>, 'sentBy'> & {
  readonly sentBy: string;
};

/** One attempt to send the message of a verification. */
export type SendAttempt = Omit<Selected<typeof attempt>, 'messageId' | 'sessionId'> & {
  readonly messageId: string;
  readonly sessionId: string;
};

const unsent = OTPLog.pick(
  ...(['id', 'accountId', 'verificationId', 'phoneNumber', 'purpose', 'region', 'sentBy'] as const),
);
const attempt = Delivery.pick('channel', 'messageId', 'sessionId', 'status', 'reason');
const budget = ApiKey.pick('sendsPerHour', 'sendPot');

export type UnsentStore = ReturnType<typeof createUnsentStore>;

/** Live, of that node, without a channel. A slow node that continues checks the same conditions. */
const UNSENT = `"status" = 'sent' AND "nodeId" = $2 AND "channel" IS NULL`;

/** Settles verifications that a dead node opened and whose channel it did not store. */
export function createUnsentStore({ statements }: Database) {
  const { select, change } = statements;

  async function list(nodeId: string, limit: number): Promise<UnsentVerification[]> {
    const rows = await select(
      `SELECT ${unsent.columns} FROM "otp_logs"
       WHERE "status" = 'sent' AND "nodeId" = $1 AND "channel" IS NULL ORDER BY "id" LIMIT ${limit}`,
      [nodeId],
    );
    return rows.map(unsent.decode).map((row) => ({ ...row, sentBy: row.sentBy ?? '' }));
  }

  async function listAttempts(verificationId: string): Promise<SendAttempt[]> {
    const rows = await select(
      `SELECT ${attempt.columns} FROM "deliveries" WHERE "verificationId" = $1 ORDER BY "id"`,
      [verificationId],
    );
    return rows.map(attempt.decode).map(({ messageId = '', sessionId = '', ...rest }) => ({
      ...rest,
      messageId,
      sessionId,
    }));
  }

  /** Finds the send limit of a key and the key with which it shares the count; empty if the key is gone. */
  async function findSendBudget(
    keyId: string,
  ): Promise<Pick<KeyRestrictions, 'sendsPerHour' | 'sendPot'>> {
    const [row] = await select(`SELECT ${budget.columns} FROM "api_keys" WHERE "keyId" = $1`, [
      keyId,
    ]);
    return row ? budget.decode(row) : {};
  }

  /** Ends a verification whose message was certainly not sent; false if it is settled or its send went on. */
  async function fail(id: number, nodeId: string, now: Date): Promise<boolean> {
    const ended = await change(
      `UPDATE "otp_logs" SET "status" = 'failed', ${END}, "updatedAt" = $3,
         "seen" = "seen" | ${eventBits.failed}, "countDue" = $3
       WHERE "id" = $1 AND ${UNSENT}`,
      [id, nodeId, now],
    );
    return ended === 1;
  }

  /** Keeps a verification live whose message may have been sent, so that it is not settled again. */
  async function release(id: number, nodeId: string): Promise<boolean> {
    const released = await change(
      `UPDATE "otp_logs" SET "nodeId" = NULL WHERE "id" = $1 AND ${UNSENT}`,
      [id, nodeId],
    );
    return released === 1;
  }

  /** Whether a verification ended because its message was not sent. */
  async function isFailed(verificationId: string): Promise<boolean> {
    const [row] = await select(`SELECT "status" FROM "otp_logs" WHERE "verificationId" = $1`, [
      verificationId,
    ]);
    return row?.['status'] === 'failed';
  }

  return { list, listAttempts, findSendBudget, fail, release, isFailed };
}
