import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import {
  activeKeyOf,
  liveTimes,
  type Verification,
  type VerificationScope,
} from '../../domain/verification/verification.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import { PRUNABLE } from '../analytics/rollup-source-store.ts';
import type { Database } from '../database.ts';
import { OTPLog, type VerificationRow, verification } from '../models/verification/otp-log.ts';
import { placeholders, type Row } from '../statement.ts';
import type { NewRowOf } from '../table.ts';
import { countAfter, markEvents } from './event-flags.ts';

export type NewVerification = VerificationScope & {
  readonly verificationId: string;
  readonly sessionId: string;
  /** ISO 3166, where one is known. */
  readonly region: string | undefined;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly maxAttempts: number;
  readonly expiresAt: Date;
  readonly companyName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** The credential that asked for it, as `formatPrincipal` has it. */
  readonly sentBy?: string;
  /** The node that sends its message. */
  readonly nodeId?: string | undefined;
};

/** Names one verification: the live one of a scope, or one by its public handle. */
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

/** A live verification: the guard of every change of state. */
const LIVE = `"status" = 'sent' AND "activeKey" IS NOT NULL`;

/** What ending a verification does besides its new status: the key is free, the digest is gone. */
const END = `"activeKey" = NULL, "otpHash" = ''`;

const { verified, failed, expired } = eventBits;

/**
 * Keeps verifications. Each change of state is one guarded UPDATE, so that any number of processes may
 * share the table; the number of rows that it touched decides, never an earlier read.
 */
export function createVerificationStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Opens a verification and ends the live one it replaces; false when another caller was first. */
  async function open(newVerification: NewVerification, now: Date): Promise<boolean> {
    const row = toNewRow(newVerification, now);
    if (await models.OTPLog.createOTP(row)) return true;
    await change(
      `UPDATE "otp_logs" SET "status" = 'expired', ${END}, "updatedAt" = $2, ${markEvents(expired, 3)}
       WHERE "activeKey" = $1`,
      [row.activeKey ?? null, now, countAfter(now)],
    );
    return models.OTPLog.createOTP(row);
  }

  /** The live verification of a scope, or the one with that handle in whatever state it is. */
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

  /** The newest verification of a scope, live or not; of one of `sessions` when they are given. */
  async function findLatest(
    scope: VerificationScope,
    sessions: readonly string[] | undefined,
  ): Promise<Verification | undefined> {
    if (sessions?.length === 0) return undefined;
    const row = await models.OTPLog.getRecentOTP(scope, sessions);
    return row && toVerification(row);
  }

  /** Spends one attempt of `most` at most; false when the verification was no longer open to attempts. */
  async function spendAttempt(id: number, most: number, now: Date): Promise<boolean> {
    const spent = await change(
      `UPDATE "otp_logs" SET "attempts" = "attempts" + 1, "updatedAt" = $2
       WHERE "id" = $1 AND ${LIVE} AND "attempts" < "maxAttempts" AND "attempts" < $5
         AND ${inTime(2)}`,
      [id, now, ...timesAt(now), most],
    );
    if (spent === 1) return true;
    await expireOver(id, now);
    return false;
  }

  /** Ends a verification that is seen to be over, so that a clock that is set back does not revive it. */
  async function expireOver(id: number, now: Date): Promise<void> {
    await change(
      `UPDATE "otp_logs" SET "status" = 'expired', ${END}, "updatedAt" = $2, ${markEvents(expired, 3)}
       WHERE "id" = $1 AND ${LIVE} AND "expiresAt" <= $2`,
      [id, now, countAfter(now)],
    );
  }

  /** Uses the verification up; false when another caller did so first, or when its time is over. */
  async function markVerified(id: number, now: Date): Promise<boolean> {
    const changed = await change(
      `UPDATE "otp_logs" SET "status" = 'verified', ${END}, "verifiedAt" = $2, "updatedAt" = $2,
         ${markEvents(verified, 5)}
       WHERE "id" = $1 AND ${LIVE} AND ${inTime(2)}`,
      [id, now, ...timesAt(now), countAfter(now)],
    );
    return changed === 1;
  }

  /**
   * Notes which channel took the message, and which session when it was another than asked for. A
   * verification that was counted without them stays as it was counted, and one that was given up stays so:
   * false then.
   */
  async function markSent(verificationId: string, sent: SentBy, now: Date): Promise<boolean> {
    const noted = await change(
      `UPDATE "otp_logs" SET "channel" = $2, "messageId" = $3,
         "sessionId" = COALESCE($4, "sessionId"), "updatedAt" = $5,
         "seen" = "seen" | ${eventBits.sent}, "countDue" = $5
       WHERE "verificationId" = $1 AND "counted" = 0 AND "status" <> 'failed'`,
      [verificationId, sent.channel, sent.messageId, sent.sessionId ?? null, now],
    );
    return noted === 1;
  }

  /** Ends a verification whose message no channel took, as far as they tell. */
  async function markFailed(
    verificationId: string,
    now: Date,
    { mayHaveArrived = false } = {},
  ): Promise<void> {
    await change(
      `UPDATE "otp_logs" SET "status" = 'failed', ${END}, "updatedAt" = $2,
         "mayHaveArrived" = ${mayHaveArrived}, "seen" = "seen" | ${failed}, "countDue" = $2
       WHERE "verificationId" = $1 AND ${LIVE}`,
      [verificationId, now],
    );
  }

  /** Whether the send to this number before this one, within the hour, was one that may have arrived. */
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

  /** Ends live verifications by the caller's wish; returns how many (0 or 1). */
  function expire(id: number, now: Date): Promise<number> {
    return change(
      `UPDATE "otp_logs" SET "status" = 'expired', ${END}, "updatedAt" = $2, ${markEvents(expired, 3)}
       WHERE "id" = $1 AND ${LIVE}`,
      [id, now, countAfter(now)],
    );
  }

  /** Tidies up to `batch` verifications whose time is over; returns how many. */
  async function expireDue(now: Date, batch: number): Promise<number> {
    const due = await select(
      `SELECT "id" FROM "otp_logs" WHERE "status" = 'sent' AND "expiresAt" <= $1
       ORDER BY "expiresAt" LIMIT ${batch}`,
      [now],
    );
    if (due.length === 0) return 0;
    return change(
      `UPDATE "otp_logs" SET "status" = 'expired', ${END}, "updatedAt" = $1, ${markEvents(expired, 2)}
       WHERE "id" IN (${placeholders(due.length, 3)}) AND "status" = 'sent' AND "expiresAt" <= $1`,
      [now, countAfter(now), ...idsOf(due)],
    );
  }

  /** Deletes up to `batch` ended and counted verifications that were made before `before`; returns how many. */
  async function prune(before: Date, batch: number): Promise<number> {
    const old = await select(
      `SELECT "id" FROM "otp_logs" WHERE "createdAt" < $1 AND ${PRUNABLE.otp_logs}
       ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (old.length === 0) return 0;
    return change(
      `DELETE FROM "otp_logs" WHERE "id" IN (${placeholders(old.length)}) AND ${PRUNABLE.otp_logs}`,
      idsOf(old),
    );
  }

  return {
    open,
    find,
    findLatest,
    spendAttempt,
    expireOver,
    markVerified,
    markSent,
    markFailed,
    followsDoubtfulSend,
    expire,
    expireDue,
    prune,
  };
}

/** That the times of a verification are those of a live one; `$from` and the next two are `now` and `timesAt`. */
function inTime(from: number): string {
  return `"expiresAt" > $${from} AND "createdAt" <= $${from + 1} AND "expiresAt" <= $${from + 2}`;
}

function timesAt(now: Date): [Date, Date] {
  const { createdUntil, expiresUntil } = liveTimes(now);
  return [createdUntil, expiresUntil];
}

function idsOf(rows: readonly Row[]): number[] {
  return rows.map((row) => Number(row['id']));
}

function toVerification({ otpHash, ...row }: VerificationRow): Verification {
  return { ...row, codeDigest: otpHash };
}

/** The row of a verification that begins now. */
function toNewRow(begun: NewVerification, now: Date): NewRowOf<typeof OTPLog> {
  const { codeDigest, region = '', userAgent, ...row } = begun;
  return {
    ...row,
    region,
    activeKey: activeKeyOf(begun),
    otpHash: codeDigest,
    status: 'sent',
    attempts: 0,
    userAgent: userAgent?.slice(0, 512),
    createdAt: now,
    updatedAt: now,
  };
}
