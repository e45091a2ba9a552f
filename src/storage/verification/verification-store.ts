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
import type { FirstDelivery, Settlement } from '../procedures.ts';
import { placeholders, readIds, type Step } from '../statement.ts';
import type { Selected } from '../table.ts';
import { END, LIVE, timesAt } from './live-verification.ts';
import { type NewVerification, toNewRow, toVerification } from './verification-row.ts';
import {
  END_NOW,
  EXPIRE_IF_DUE,
  MARK_SENT,
  SPEND_ATTEMPT,
  toExpiry,
} from './verification-statements.ts';

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

type ExpiredRows = { readonly count: number; readonly ids: readonly number[] };

export type VerificationStore = ReturnType<typeof createVerificationStore>;

/** A live verification, with what is needed to send its code again. */
export type SendableVerification = Omit<Selected<typeof sendable>, 'sealedMessage' | 'sentBy'> & {
  readonly sealedMessage: string;
  readonly sentBy: string;
};

const sendable = OTPLog.pick(
  ...(['accountId', 'verificationId', 'phoneNumber', 'region', 'purpose', 'sessionId'] as const),
  ...(['sentBy', 'expiresAt', 'sealedMessage'] as const),
);
const doubt = OTPLog.pick('mayHaveArrived');

/** How a verification is created. */
type Opening = {
  readonly delivery?: FirstDelivery | undefined;
  /** Whether a live verification with attempts left stays, so that none is created. */
  readonly keepsLive?: boolean;
};

/** Later than any verification expires. */
const ANY_TIME = new Date(Date.UTC(9999, 0, 1));

const NO_SETTLEMENT: Settlement = { cleared: [], refunded: [] };

/**
 * Stores verifications. Each change of state is one guarded UPDATE, so that any number of processes can
 * share the table: the number of affected rows decides, never an earlier read.
 */
export function createVerificationStore({ statements, models, procedures }: Database) {
  const { select, change } = statements;
  const run = ({ sql, values }: Step) => change(sql, values);

  /**
   * Creates a verification and the first delivery of its message, and ends the live verification that it
   * replaces; false if another caller was first, or the live one is kept. The delivery is stored before it is
   * attempted, so that a crash leaves it `pending` and not unknown.
   */
  function open(
    created: NewVerification,
    now: Date,
    { delivery, keepsLive = false }: Opening = {},
  ): Promise<boolean> {
    const replacedUntil = keepsLive ? now : ANY_TIME;
    return procedures.openVerification({
      ...{ row: toNewRow(created, now), delivery, replacedUntil },
      now,
    });
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

  /** Finds a live verification whose code can be sent again: the one with an id, or the live one of a scope. */
  async function findSendable(
    ref: { readonly verificationId: string } | { readonly scope: VerificationScope },
    now: Date,
  ): Promise<SendableVerification | undefined> {
    const [column, value] =
      'scope' in ref
        ? ['activeKey', activeKeyOf(ref.scope)]
        : ['verificationId', ref.verificationId];
    const { createdUntil, expiresUntil } = timesAt(now);
    const [row] = await select(
      `SELECT ${sendable.columns} FROM "otp_logs"
       WHERE "${column}" = $1 AND ${LIVE} AND "sealedMessage" IS NOT NULL AND "attempts" < "maxAttempts"
         AND "expiresAt" > $2 AND "createdAt" <= $3 AND "expiresAt" <= $4`,
      [value, now, createdUntil, expiresUntil],
    );
    if (!row) return undefined;
    const { sealedMessage = '', sentBy = '', ...found } = sendable.decode(row);
    return { ...found, sealedMessage, sentBy };
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

  /** Replaces what is stored to send a live code again; false, without a change, if it is no longer live. */
  async function replaceMessage(
    verificationId: string,
    sealedMessage: string,
    now: Date,
  ): Promise<boolean> {
    const replaced = await change(
      `UPDATE "otp_logs" SET "sealedMessage" = $2, "updatedAt" = $3
       WHERE "verificationId" = $1 AND ${LIVE} AND "expiresAt" > $3`,
      [verificationId, sealedMessage, now],
    );
    return replaced === 1;
  }

  /** Spends one of at most `maxAttempts` attempts; false if the verification allows no more. */
  async function spendAttempt(id: number, maxAttempts: number, now: Date): Promise<boolean> {
    if ((await run(SPEND_ATTEMPT.with({ id, maxAttempts, ...timesAt(now) }))) === 1) return true;
    await expireIfDue(id, now);
    return false;
  }

  /** Ends a verification that has expired, so that it does not become valid again if a clock is set back. */
  async function expireIfDue(id: number, now: Date): Promise<void> {
    await run(EXPIRE_IF_DUE.with({ id, ...timesAt(now) }));
  }

  /**
   * Marks a verification as verified, and settles counters with it; false, without a change, if another
   * caller was first, or it has expired.
   */
  function markVerified(id: number, now: Date, settlement = NO_SETTLEMENT): Promise<boolean> {
    return procedures.verify({ id, settlement, now });
  }

  /**
   * Stores which channel accepted the message and, if it is not the requested one, which session. False,
   * without a change, if the verification is already counted or its send has failed.
   */
  async function markSent(verificationId: string, sent: SentBy, now: Date): Promise<boolean> {
    const { sessionId = null } = sent;
    return (await run(MARK_SENT.with({ ...sent, verificationId, sessionId, now }))) === 1;
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

  /**
   * Stores that a resend of a live code failed but may have arrived; false, without a change, if an earlier
   * one did, or the code is no longer live.
   */
  async function noteDoubtfulResend(verificationId: string, now: Date): Promise<boolean> {
    const noted = await change(
      `UPDATE "otp_logs" SET "mayHaveArrived" = true, "updatedAt" = $2
       WHERE "verificationId" = $1 AND ${LIVE} AND "mayHaveArrived" = false`,
      [verificationId, now],
    );
    return noted === 1;
  }

  /** Whether a send of the previous code to this number, within one hour, failed but may have arrived. */
  async function followsDoubtfulSend(send: FailedSend, now: Date): Promise<boolean> {
    const { accountId, phoneNumber, verificationId } = send;
    const [row] = await select(
      `SELECT ${doubt.columns} FROM "otp_logs"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 AND "verificationId" <> $3 AND "createdAt" > $4
         AND "method" = 'code'
       ORDER BY "id" DESC LIMIT 1`,
      [accountId, phoneNumber, verificationId, addSeconds(now, -3600)],
    );
    return row !== undefined && doubt.decode(row).mayHaveArrived;
  }

  /** Ends a live verification at the request of the caller; returns how many ended (0 or 1). */
  function expire(id: number, now: Date): Promise<number> {
    return run(END_NOW.with({ id, ...timesAt(now) }));
  }

  /** Ends up to `batch` verifications that have expired; returns how many, and the rows that were due. */
  async function expireDue(now: Date, batch: number): Promise<ExpiredRows> {
    const due = await select(
      `SELECT "id" FROM "otp_logs" WHERE "status" = 'sent' AND "expiresAt" <= $1
       ORDER BY "expiresAt" LIMIT ${batch}`,
      [now],
    );
    const ids = readIds(due);
    return { count: ids.length > 0 ? await run(toExpiry(ids, timesAt(now))) : 0, ids };
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
    findSendable,
    replaceMessage,
    findLatest,
    spendAttempt,
    expireIfDue,
    markVerified,
    markSent,
    markFailed,
    noteDoubtfulResend,
    followsDoubtfulSend,
    expire,
    expireDue,
    prune,
  };
}
