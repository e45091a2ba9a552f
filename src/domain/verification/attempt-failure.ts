/** Why an attempt failed, or why there was nothing to expire: a closed list for programs. */
export const attemptFailures = ['wrong_code', 'no_live_code', 'locked', 'not_compared'] as const;
export type AttemptFailure = (typeof attemptFailures)[number];

/** Details of a timeline event: how a code ended, or that an attempt was the last. */
export const timelineDetails = [
  'timed_out',
  'superseded',
  'canceled_by_caller',
  'ended_early',
  'no_attempts_left',
] as const;
export type TimelineDetail = (typeof timelineDetails)[number];

/** Parses a stored failure; undefined if it is not on the list. */
export function findAttemptFailure(stored: string | undefined): AttemptFailure | undefined {
  return attemptFailures.find((one) => one === stored);
}
