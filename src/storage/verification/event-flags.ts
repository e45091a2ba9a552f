import { addSeconds } from '../../lib/time/clock.ts';

/**
 * A verification is counted for its channel and session, so counting waits while these can still
 * change. Channels answer well within this time (`CHANNEL_TIMEOUT_SECONDS` is at most 60).
 */
const SETTLING_SECONDS = 120;

/**
 * Returns the assignments that mark events of a verification, for the statement that changes its state.
 * `events` is the sum of their bits. They are counted at once or, while the channel is not known, after
 * the time in the parameter `:countAfter`.
 */
export function markEvents(events: number): string {
  return `"seen" = "seen" | ${events},
    "countDue" = CASE WHEN "channel" IS NULL THEN :countAfter ELSE "updatedAt" END`;
}

/** When to count an event of a verification whose channel is not known yet. */
export function countAfter(now: Date): Date {
  return addSeconds(now, SETTLING_SECONDS);
}
