/** Why an attempt did not verify, and why there was nothing to end: a closed list for programs. */
export const attemptFailures = ['wrong_code', 'no_live_code', 'locked', 'not_compared'] as const;
export type AttemptFailure = (typeof attemptFailures)[number];

/** What the timeline says about an event beyond its kind: how a code ended, or that an attempt was the last. */
export const timelineDetails = [
  'timed_out',
  'superseded',
  'canceled_by_caller',
  'ended_early',
  'no_attempts_left',
] as const;
export type TimelineDetail = (typeof timelineDetails)[number];

/** A failure as a row holds it; `undefined` for a text that is not on the list. */
export function findAttemptFailure(stored: string | undefined): AttemptFailure | undefined {
  return attemptFailures.find((one) => one === stored);
}
