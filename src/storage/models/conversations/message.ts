import type { MessageStatus, MessageType } from '../../../domain/conversations/message.ts';
import {
  boolean,
  longText,
  nullable,
  serial,
  string,
  time,
  uniqueTogether,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

/** The sender of a message chooses its ID, so that chat and direction are part of the key. */
const KEY = 'messages_key';

/** A message of a session that stores its conversations. */
export class Message extends table('messages', {
  // Also the order of arrival.
  id: serial,
  accountId: string(36),
  sessionId: uniqueTogether(string(128), KEY),
  chatKey: uniqueTogether(string(64), KEY),
  messageId: uniqueTogether(string(128), KEY),
  authorKey: string(64),
  fromMe: uniqueTogether(boolean, KEY),
  messageType: string<MessageType>(16),
  status: string<MessageStatus>(10),
  sentAt: time,
  acceptedAt: nullable(time),
  deliveredAt: nullable(time),
  readAt: nullable(time),
  failedAt: nullable(time),
  errorCode: nullable(string(32)),
  quotedMessageId: nullable(string(128)),
  isForwarded: withDefault(boolean, false),
  isRead: withDefault(boolean, false),
  editedAt: nullable(time),
  revokedAt: nullable(time),
  // NULL if only headers are stored, and after the message was revoked.
  sealedContent: nullable(longText),
  secretVersion: nullable(string(16)),
  mediaId: nullable(string(40)),
  // The batch that inserted the row.
  ingestId: string(24),
  createdAt: time,
  updatedAt: time,
}) {}
