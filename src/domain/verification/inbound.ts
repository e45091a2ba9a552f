/** How long the person has to send the message, in seconds. It is also the longest life of a code. */
export const INBOUND_SECONDS = 600;

/** How many verifications of one number, or of one address, may be open at once. */
export const MOST_OPEN = 5;

/** Why a message with the right token did not count: a closed list for programs. */
export const inboundProblems = [
  'other_number',
  'pending_identity',
  'number_not_accepted',
  'too_many_open',
  'reply_failed',
] as const;
export type InboundProblem = (typeof inboundProblems)[number];

/** What a message with a token led to: a closed list for programs. */
export const inboundOutcomes = [
  'verified',
  'code_sent',
  ...inboundProblems,
  'expired',
  'replayed',
  'unknown_token',
] as const;
export type InboundOutcome = (typeof inboundOutcomes)[number];

/** How far a verification by an incoming message has come: a closed list for programs. */
export const inboundStatuses = ['waiting', 'code_sent', 'verified', 'expired', 'failed'] as const;
export type InboundStatus = (typeof inboundStatuses)[number];

/** Parses a stored problem; undefined if it is not on the list. */
export function findInboundProblem(stored: string | undefined): InboundProblem | undefined {
  return inboundProblems.find((one) => one === stored);
}

/** Parses a stored outcome; undefined if it is not on the list. */
export function findInboundOutcome(stored: string | undefined): InboundOutcome | undefined {
  return inboundOutcomes.find((one) => one === stored);
}
