import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import { liveTimes } from '../../domain/verification/verification.ts';
import { countAfter, markEvents } from './event-flags.ts';

/** The condition for a live verification, which guards each change of its state. */
export const LIVE = `"status" = 'sent' AND "activeKey" IS NOT NULL`;

/**
 * The assignments that end a verification besides its status: they free its key, and delete the digest and what is
 * needed to send the code again.
 */
export const END = `"activeKey" = NULL, "otpHash" = '', "sealedMessage" = NULL`;

/** The assignments of an expiry. Its parameters are in `timesAt`. */
export const SET_EXPIRED = `"status" = 'expired', ${END}, "updatedAt" = :now,
  ${markEvents(eventBits.expired)}`;

/** The condition that a verification has not expired. Its parameters are in `timesAt`. */
export const IN_TIME = `"expiresAt" > :now AND "createdAt" <= :createdUntil AND "expiresAt" <= :expiresUntil`;

/** The times that the statements about live verifications compare with and store. */
export function timesAt(now: Date) {
  const { createdUntil, expiresUntil } = liveTimes(now);
  return { now, createdUntil, expiresUntil, countAfter: countAfter(now) };
}
