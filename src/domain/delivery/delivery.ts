export const channelNames = ['whatsapp', 'http', 'console'] as const;
export type ChannelName = (typeof channelNames)[number];

/** What stands in place of a channel for a test number, which nothing is sent to. */
export const TEST_CHANNEL = 'test';

/** Why a channel could not take a message; callers and statistics rely on this closed list. */
export const deliveryFailureReasons = [
  'not_on_channel',
  'refused',
  'unavailable',
  'timeout',
  'misconfigured',
] as const;
export type DeliveryFailureReason = (typeof deliveryFailureReasons)[number];

/** `pending` is an attempt under way, or one that a crash cut off. */
export const deliveryStatuses = ['pending', 'accepted', 'delivered', 'read', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
