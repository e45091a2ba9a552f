import { nullable, primaryKey, string, time } from '../../columns.ts';
import { table } from '../../table.ts';

/**
 * What one person did with a message to a group or a status post. Named by the message's own ID, not by its row, so that
 * a receipt can come first.
 */
export class MessageReceipt extends table('message_receipts', {
  sessionId: primaryKey(string(128)),
  messageId: primaryKey(string(128)),
  participantKey: primaryKey(string(64)),
  chatKey: string(64),
  deliveredAt: nullable(time),
  readAt: nullable(time),
  playedAt: nullable(time),
  createdAt: time,
}) {}
