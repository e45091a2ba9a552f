import type { KeyRestrictions } from '../../domain/access/permissions.ts';
import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import type { Database } from '../database.ts';
import { ApiKey } from '../models/access/api-key.ts';
import { Delivery } from '../models/delivery/delivery.ts';
import { OTPLog } from '../models/verification/otp-log.ts';
import type { Selected } from '../table.ts';

/** A verification that a node opened and of which no channel is known. */
export type UnsentVerification = Omit<Selected<typeof unsent>, 'sentBy'> & {
  readonly sentBy: string;
};

/** One attempt to send its message. */
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

/** Still live, of that node, and no channel told: what a slow node may still do decides by these, too. */
const UNSENT = `"status" = 'sent' AND "nodeId" = $2 AND "channel" IS NULL`;

/** Settles what a dead node left between opening a verification and markEvents who took its message. */
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

  /** What a key may send, and on whose count; of a key that is no more, nothing. */
  async function findSendReach(
    keyId: string,
  ): Promise<Pick<KeyRestrictions, 'sendsPerHour' | 'sendPot'>> {
    const [row] = await select(`SELECT ${budget.columns} FROM "api_keys" WHERE "keyId" = $1`, [
      keyId,
    ]);
    return row ? budget.decode(row) : {};
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
