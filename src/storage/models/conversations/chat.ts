import {
  boolean,
  integer,
  nullable,
  serial,
  string,
  text,
  time,
  uniqueTogether,
  withDefault,
} from '../../columns.ts';
import { table } from '../../table.ts';

const KEY = 'chats_key';

/** A chat of a session that stores its conversations. */
export class Chat extends table('chats', {
  id: serial,
  accountId: string(36),
  sessionId: uniqueTogether(string(128), KEY),
  // A number, `lid:` and a LID, the ID of a group or newsletter, or `status`.
  chatKey: uniqueTogether(string(64), KEY),
  lid: nullable(string(20)),
  phoneNumber: nullable(string(20)),
  isGroup: withDefault(boolean, false),
  isArchived: withDefault(boolean, false),
  isPinned: withDefault(boolean, false),
  mutedUntil: nullable(time),
  unreadCount: withDefault(integer, 0),
  lastMessageAt: time,
  lastMessageId: nullable(string(128)),
  sealedName: nullable(text),
  // The last batch whose messages are counted as unread.
  ingestId: nullable(string(24)),
  createdAt: time,
  updatedAt: time,
}) {}
