import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import type {
  DeliveryFailureReason,
  DeliveryKind,
  DeliveryStatus,
} from '../../../domain/delivery/delivery.ts';
import type { DeliveryGoal } from '../../../domain/delivery/workflow.ts';
import { integer, nullable, serial, string, text, time, withDefault } from '../../columns.ts';
import { table } from '../../table.ts';

/** One attempt to reach a recipient on one channel. */
export class Delivery extends table('deliveries', {
  id: serial,
  accountId: string(36),
  // Of a relayed message, its `relayId`.
  verificationId: string(64),
  channel: string(LONGEST_CHANNEL_NAME),
  sessionId: nullable(string(128)),
  messageId: nullable(string(128)),
  status: withDefault(string<DeliveryStatus>(10), 'sending'),
  reason: nullable(string<DeliveryFailureReason>(32)),
  details: nullable(text),
  createdAt: time,
  updatedAt: time,
  acceptedAt: nullable(time),
  deliveredAt: nullable(time),
  readAt: nullable(time),
  failedAt: nullable(time),
  // The ID by which the provider reports on the message, if it is not ours.
  providerMessageId: nullable(string(128)),
  // The position in the workflow of the verification.
  step: withDefault(integer, 0),
  // What must be reported before `dueAt`, or else the next step starts.
  until: nullable(string<DeliveryGoal>(10)),
  dueAt: nullable(time),
  // The node that works on it, and how long no other node does.
  claimedBy: nullable(string(16)),
  claimedUntil: nullable(time),
  kind: withDefault(string<DeliveryKind>(10), 'code'),
}) {}
