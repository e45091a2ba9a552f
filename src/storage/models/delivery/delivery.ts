import type { DeliveryFailureReason, DeliveryStatus } from '../../../domain/delivery/delivery.ts';
import { nullable, serial, string, text, time, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** One attempt to reach a recipient on one channel. */
export class Delivery extends table('deliveries', {
  id: serial,
  accountId: string(36),
  verificationId: string(64),
  channel: string(20),
  sessionId: nullable(string(128)),
  messageId: nullable(string(128)),
  status: withDefault(string<DeliveryStatus>(10), 'pending'),
  reason: nullable(string<DeliveryFailureReason>(32)),
  details: nullable(text),
  createdAt: time,
  updatedAt: time,
  acceptedAt: nullable(time),
  deliveredAt: nullable(time),
  readAt: nullable(time),
  failedAt: nullable(time),
}) {}
