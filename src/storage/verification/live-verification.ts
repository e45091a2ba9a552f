import { eventBits } from '../../domain/analytics/funnel-stats.ts';
import { liveTimes } from '../../domain/verification/verification.ts';
import { markEvents } from './event-flags.ts';

/** The condition for a live verification, which guards each change of its state. */
export const LIVE = `"status" = 'sent' AND "activeKey" IS NOT NULL`;

/** The assignments that end a verification besides its status: they free its key and delete the digest. */
export const END = `"activeKey" = NULL, "otpHash" = ''`;

/** The assignments of an expiry. The arguments are the numbers of the parameters. */
export function setExpired(at: { readonly now: number; readonly countAfter: number }): string {
  return `"status" = 'expired', ${END}, "updatedAt" = $${at.now},
    ${markEvents(eventBits.expired, at.countAfter)}`;
}

/** The condition that a verification has not expired. Its parameters from `$from` are `now` and `timesAt(now)`. */
export function inTime(from: number): string {
  return `"expiresAt" > $${from} AND "createdAt" <= $${from + 1} AND "expiresAt" <= $${from + 2}`;
}

export function timesAt(now: Date): [Date, Date] {
  const { createdUntil, expiresUntil } = liveTimes(now);
  return [createdUntil, expiresUntil];
}
