import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { optional, type Row, toDate } from '../statement.ts';

/** One attempt to reach a recipient, with all that is known of it. */
export type LoggedDelivery = {
  readonly verificationId: string;
  readonly channel: string;
  readonly sessionId: string | undefined;
  readonly messageId: string | undefined;
  readonly status: string;
  readonly reason: DeliveryFailureReason | undefined;
  /** For people: how the way was chosen, or why it was none. */
  readonly details: string | undefined;
  readonly createdAt: Date;
  readonly acceptedAt: Date | undefined;
  readonly deliveredAt: Date | undefined;
  readonly readAt: Date | undefined;
  readonly failedAt: Date | undefined;
};

/** Reads a row of `deliveries` as any driver returns it. */
export function toLoggedDelivery(row: Row): LoggedDelivery {
  return {
    verificationId: String(row['verificationId']),
    channel: String(row['channel']),
    sessionId: optional(row['sessionId'], String),
    messageId: optional(row['messageId'], String),
    status: String(row['status']),
    reason: optional(row['reason'], (reason) => reason as DeliveryFailureReason),
    details: optional(row['details'], String),
    createdAt: toDate(row['createdAt']),
    acceptedAt: optional(row['acceptedAt'], toDate),
    deliveredAt: optional(row['deliveredAt'], toDate),
    readAt: optional(row['readAt'], toDate),
    failedAt: optional(row['failedAt'], toDate),
  };
}
