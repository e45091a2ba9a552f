/** The channel name of test numbers, to which nothing is sent. */
export const TEST_CHANNEL = 'test';

/** What a delivery delivers: the code of a verification, or one that another server owns. */
export type DeliveryKind = 'code' | 'relayed';

/** Why a channel did not accept a message. A closed list that callers and statistics rely on. */
export const deliveryFailureReasons = [
  'not_on_channel',
  'refused',
  'unavailable',
  'timeout',
  'misconfigured',
  'fraud_blocked',
] as const;
export type DeliveryFailureReason = (typeof deliveryFailureReasons)[number];

/**
 * `sending`: in progress, or interrupted by a crash. `unknown`: interrupted, and it is not known whether the message
 * was sent.
 */
export const deliveryStatuses = [
  'sending',
  'accepted',
  'delivered',
  'read',
  'failed',
  'unknown',
] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Why a delivery has failed. One that failed and arrived after all keeps its reason, for the timeline. */
export function failureReasonOf({
  status,
  reason,
}: {
  readonly status: DeliveryStatus;
  readonly reason: DeliveryFailureReason | undefined;
}): DeliveryFailureReason | undefined {
  return status === 'failed' ? reason : undefined;
}
