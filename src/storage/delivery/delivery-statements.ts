import { Delivery } from '../models/delivery/delivery.ts';
import { named, type Step } from '../statement.ts';

/** The columns that have a value when an attempt begins. The others are NULL or have their default. */
export const newColumns = [
  ...(['accountId', 'verificationId', 'channel', 'sessionId', 'messageId'] as const),
  ...(['createdAt', 'updatedAt'] as const),
];

export type NewDelivery = {
  readonly accountId: string;
  readonly verificationId: string;
  readonly channel: string;
  readonly sessionId: string;
  readonly messageId: string;
};

/** Stores an attempt that has not been made yet. */
export function beginDelivery(delivery: NewDelivery, now: Date): Step {
  return Delivery.insertion({ ...delivery, createdAt: now, updatedAt: now });
}

/** Stores that the channel accepted the message. An earlier receipt is kept with its time. */
export const MARK_ACCEPTED = named<'messageId' | 'sessionId' | 'details' | 'now'>(
  // MySQL assigns from left to right, so "status" must come last.
  `UPDATE "deliveries" SET "sessionId" = COALESCE(:sessionId, "sessionId"),
     "details" = COALESCE(:details, "details"),
     "acceptedAt" = COALESCE("deliveredAt", :now),
     "updatedAt" = CASE WHEN "status" = 'pending' THEN :now ELSE "updatedAt" END,
     "status" = CASE WHEN "status" = 'pending' THEN 'accepted' ELSE "status" END
   WHERE "messageId" = :messageId AND "status" IN ('pending', 'delivered', 'read')`,
);
