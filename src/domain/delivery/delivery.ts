/** The channel name of test numbers, to which nothing is sent. */
export const TEST_CHANNEL = 'test';

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

/** `pending`: in progress, or interrupted by a crash. */
export const deliveryStatuses = ['pending', 'accepted', 'delivered', 'read', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
