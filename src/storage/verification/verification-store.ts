import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import {
  activeKeyOf,
  type Verification,
  type VerificationScope,
} from '../../domain/verification/verification.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { OTPLog, verification } from '../models/verification/otp-log.ts';
import { placeholders, readIds } from '../statement.ts';
import { countAfter, markEvents } from './event-flags.ts';
import { END, inTime, LIVE, setExpired, timesAt } from './live-verification.ts';
import { type NewVerification, toNewRow, toVerification } from './verification-row.ts';

/** Identifies a verification: the live one of a scope, or one by its public id. */
export type VerificationRef =
  | { readonly scope: VerificationScope }
  | { readonly accountId: string; readonly verificationId: string };

type SentBy = {
  readonly channel: string;
  readonly messageId: string;
  readonly sessionId?: string | undefined;
};

type FailedSend = Pick<Verification, 'accountId' | 'phoneNumber' | 'verificationId'>;

export type VerificationStore = ReturnType<typeof createVerificationStore>;

const doubt = OTPLog.pick('mayHaveArrived');

/**
 * Stores verifications. Each change of state is one guarded UPDATE, so that any number of processes can
 * share the table: the number of affected rows decides, never an earlier read.
 */
export function createVerificationStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Creates a verification and ends the live one that it replaces; false if another caller was first. */
  async function open(newVerification: NewVerification, now: Date): Promise<boolean> {
    const row = toNewRow(newVerification, now);
    if (await models.OTPLog.createOTP(row)) return true;
    await change(
      `UPDATE "otp_logs" SET ${setExpired({ now: 2, countAfter: 3 })} WHERE "activeKey" = $1`,
      [row.activeKey ?? null, now, countAfter(now)],
    );
    return models.OTPLog.createOTP(row);
  }

  /** Finds the live verification of a scope, or the one with an id in any state. */
  async function find(ref: VerificationRef): Promise<Verification | undefined> {
    const [row] =
      'scope' in ref
        ? await select(`SELECT ${verification.columns} FROM "otp_logs" WHERE "activeKey" = $1`, [
            activeKeyOf(ref.scope),
          ])
        : await select(
            `SELECT ${verification.columns} FROM "otp_logs" WHERE "verificationId" = $1 AND "accountId" = $2`,
            [ref.verificationId, ref.accountId],
          );
    return row && toVerification(verification.decode(row));
  }

  /** Finds the newest verification of a scope, live or ended; only of `sessions` if they are given. */
  async function findLatest(
    scope: VerificationScope,
    sessions: readonly string[] | undefined,
  ): Promise<Verification | undefined> {
    if (sessions?.length === 0) return undefined;
    const row = await models.OTPLog.getRecentOTP(scope, sessions);
    return row && toVerification(row);
  }

  /** Spends one of at most `maxAttempts` attempts; false if the verification allows no more. */
  async function spendAttempt(id: number, maxAttempts: number, now: Date): Promise<boolean> {
    const spent = await change(
      `UPDATE "otp_logs" SET "attempts" = "attempts" + 1, "updatedAt" = $2
       WHERE "id" = $1 AND ${LIVE} AND "attempts" < "maxAttempts" AND "attempts" < $5
         AND ${inTime(2)}`,
      [id, now, ...timesAt(now), maxAttempts],
    );
    if (spent === 1) return true;
    await expireIfDue(id, now);
    return false;
  }

  /** Ends a verification that has expired, so that it does not become valid again if a clock is set back. */
  async function expireIfDue(id: number, now: Date): Promise<void> {
    await change(
      `UPDATE "otp_logs" SET ${setExpired({ now: 2, countAfter: 3 })}
       WHERE "id" = $1 AND ${LIVE} AND "expiresAt" <= $2`,
      [id, now, countAfter(now)],
    );
  }

  /** Marks a verification as verified; false if another caller was first, or it has expired. */
  async function markVerified(id: number, now: Date): Promise<boolean> {
    const changed = await change(
      `UPDATE "otp_logs" SET "status" = 'verified', ${END}, "verifiedAt" = $2, "updatedAt" = $2,
         ${markEvents(eventBits.verified, 5)}
       WHERE "id" = $1 AND ${LIVE} AND ${inTime(2)}`,
      [id, now, ...timesAt(now), countAfter(now)],
    );
    return changed === 1;
  }

  /**
   * Stores which channel accepted the message and, if it is not the requested one, which session. False,
   * without a change, if the verification is already counted or its send has failed.
   */
  async function markSent(verificationId: string, sent: SentBy, now: Date): Promise<boolean> {
    const marked = await change(
      `UPDATE "otp_logs" SET "channel" = $2, "messageId" = $3,
         "sessionId" = COALESCE($4, "sessionId"), "updatedAt" = $5,
         "seen" = "seen" | ${eventBits.sent}, "countDue" = $5
       WHERE "verificationId" = $1 AND "counted" = 0 AND "status" <> 'failed'`,
      [verificationId, sent.channel, sent.messageId, sent.sessionId ?? null, now],
    );
    return marked === 1;
  }

  /** Ends a verification whose message no channel accepted, as far as is known. */
  async function markFailed(
    verificationId: string,
    now: Date,
    { mayHaveArrived = false } = {},
  ): Promise<void> {
    await change(
      `UPDATE "otp_logs" SET "status" = 'failed', ${END}, "updatedAt" = $2,
         "mayHaveArrived" = ${mayHaveArrived}, "seen" = "seen" | ${eventBits.failed}, "countDue" = $2
       WHERE "verificationId" = $1 AND ${LIVE}`,
      [verificationId, now],
    );
  }

  /** Whether the previous send to this number, within one hour, failed but may have arrived. */
  async function followsDoubtfulSend(send: FailedSend, now: Date): Promise<boolean> {
    const { accountId, phoneNumber, verificationId } = send;
    const [row] = await select(
      `SELECT ${doubt.columns} FROM "otp_logs"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 AND "verificationId" <> $3 AND "createdAt" > $4
       ORDER BY "id" DESC LIMIT 1`,
      [accountId, phoneNumber, verificationId, addSeconds(now, -3600)],
    );
    return row !== undefined && doubt.decode(row).mayHaveArrived;
  }

  /** Ends a live verification at the request of the caller; returns how many ended (0 or 1). */
  function expire(id: number, now: Date): Promise<number> {
    return change(
      `UPDATE "otp_logs" SET ${setExpired({ now: 2, countAfter: 3 })} WHERE "id" = $1 AND ${LIVE}`,
      [id, now, countAfter(now)],
    );
  }

  /** Ends up to `batch` verifications that have expired; returns how many. */
  async function expireDue(now: Date, batch: number): Promise<number> {
    const due = await select(
      `SELECT "id" FROM "otp_logs" WHERE "status" = 'sent' AND "expiresAt" <= $1
       ORDER BY "expiresAt" LIMIT ${batch}`,
      [now],
    );
    if (due.length === 0) return 0;
    return change(
      `UPDATE "otp_logs" SET ${setExpired({ now: 1, countAfter: 2 })}
       WHERE "id" IN (${placeholders(due.length, 3)}) AND "status" = 'sent' AND "expiresAt" <= $1`,
      [now, countAfter(now), ...readIds(due)],
    );
  }

  /** Deletes up to `batch` ended, counted verifications from before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "otp_logs" WHERE "createdAt" < $1 AND ${PRUNABLE.otp_logs}
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "otp_logs" WHERE "id" IN (${placeholders(old.length)}) AND ${PRUNABLE.otp_logs}`,
      readIds(old),
    );
  }

  return {
    open,
    find,
    findLatest,
    spendAttempt,
    expireIfDue,
    markVerified,
    markSent,
    markFailed,
    followsDoubtfulSend,
    expire,
    expireDue,
    prune,
  };
}
