import { addSeconds } from '../../lib/time/clock.ts';

/**
 * A verification is counted under its channel and session: while these may still change, it waits. A
 * channel has answered long before (`CHANNEL_TIMEOUT_SECONDS` is at most 60).
 */
const SETTLING_SECONDS = 120;

/**
 * Assignments that note events of a verification, as the sum of their bits, in the statement that makes them
 * happen: to be counted at once, or when its channel is sure to be known. `$later` is the placeholder of
 * what `countAfter` makes of the moment.
 */
export function markEvents(events: number, later: number): string {
  return `"seen" = "seen" | ${events},
    "countDue" = CASE WHEN "channel" IS NULL THEN $${later} ELSE "updatedAt" END`;
}

export function countAfter(now: Date): Date {
  return addSeconds(now, SETTLING_SECONDS);
}
