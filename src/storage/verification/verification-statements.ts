import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import { named, type Step } from '../statement.ts';
import { markEvents } from './event-flags.ts';
import { END, IN_TIME, LIVE, SET_EXPIRED, type timesAt } from './live-verification.ts';

type Times = 'now' | 'createdUntil' | 'expiresUntil' | 'countAfter';

/**
 * Ends the live verification of a recipient and purpose, because another one replaces it; one that expires after
 * `replacedUntil` only if it has no attempts left.
 */
export const END_REPLACED = named<'activeKey' | 'replacedUntil' | Times>(
  `UPDATE "otp_logs" SET ${SET_EXPIRED} WHERE "activeKey" = :activeKey
     AND ("expiresAt" <= :replacedUntil OR "attempts" >= "maxAttempts")`,
);

/**
 * Spends one of at most `maxAttempts` attempts. After the last one, the code is not sent again. MySQL assigns from left to
 * right, so "attempts" comes last.
 */
export const SPEND_ATTEMPT = named<'id' | 'maxAttempts' | Times>(
  `UPDATE "otp_logs" SET
     "sealedMessage" = CASE WHEN "attempts" + 1 < "maxAttempts" THEN "sealedMessage" END,
     "updatedAt" = :now, "attempts" = "attempts" + 1
   WHERE "id" = :id AND ${LIVE} AND "attempts" < "maxAttempts" AND "attempts" < :maxAttempts
     AND ${IN_TIME}`,
);

/** Ends a verification that has expired, so that it does not become valid again if a clock is set back. */
export const EXPIRE_IF_DUE = named<'id' | Times>(
  `UPDATE "otp_logs" SET ${SET_EXPIRED} WHERE "id" = :id AND ${LIVE} AND "expiresAt" <= :now`,
);

/** The assignments and the condition of `MARK_VERIFIED`. */
export const SET_VERIFIED = `"status" = 'verified', ${END}, "verifiedAt" = :now, "updatedAt" = :now,
  ${markEvents(eventBits.verified)}`;
export const IS_VERIFIABLE = `"id" = :id AND ${LIVE} AND ${IN_TIME}`;

/** Uses up a verification. */
export const MARK_VERIFIED = named<'id' | Times>(
  `UPDATE "otp_logs" SET ${SET_VERIFIED} WHERE ${IS_VERIFIABLE}`,
);

/** Stores which channel accepted the message and, if it is not the requested one, which session. */
export const MARK_SENT = named<'verificationId' | 'channel' | 'messageId' | 'sessionId' | 'now'>(
  `UPDATE "otp_logs" SET "channel" = :channel, "messageId" = :messageId,
     "sessionId" = COALESCE(:sessionId, "sessionId"), "updatedAt" = :now,
     "seen" = "seen" | ${eventBits.sent}, "countDue" = :now
   WHERE "verificationId" = :verificationId AND "counted" = 0 AND "status" <> 'failed'`,
);

/** Ends a live verification at the request of the caller. */
export const END_NOW = named<'id' | Times>(
  `UPDATE "otp_logs" SET ${SET_EXPIRED} WHERE "id" = :id AND ${LIVE}`,
);

/** Ends all live verifications. */
export const END_ALL = named<Times>(`UPDATE "otp_logs" SET ${SET_EXPIRED} WHERE "status" = 'sent'`);

/** Ends those of the verifications that have expired. */
export function toExpiry(ids: readonly number[], times: ReturnType<typeof timesAt>): Step {
  const names = ids.map((_, index) => `id${index}`);
  const statement = named(`UPDATE "otp_logs" SET ${SET_EXPIRED}
    WHERE "id" IN (${names.map((name) => `:${name}`).join(', ')})
      AND "status" = 'sent' AND "expiresAt" <= :now`);
  const values = Object.fromEntries(ids.map((id, index) => [`id${index}`, id]));
  return statement.with({ ...times, ...values });
}
