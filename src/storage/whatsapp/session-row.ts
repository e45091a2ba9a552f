import {
  type ContactBlockReason,
  readContactBlockReason,
  readSessionReason,
  type SessionReason,
} from '../../domain/whatsapp/session-reason.ts';
import { Session } from '../models/whatsapp/session.ts';
import { optional, type Row } from '../statement.ts';
import type { Selected } from '../table.ts';

/** The columns of a stored session. */
export const stored = Session.pick(
  ...(['sessionId', 'accountId', 'state', 'stateReason', 'errorMessage', 'attempt'] as const),
  ...(['nextTryAt', 'isLinked', 'isConnected', 'userPhone', 'userName', 'connectedAt'] as const),
  ...(['disconnectedAt', 'lastSeen', 'contactsBlockedUntil', 'contactsBlockedBy'] as const),
  ...(['createdAt', 'storeLevel', 'usedFor', 'ignoredChats', 'userId', 'deviceInfo'] as const),
  ...(['autoReplies', 'autoReplyText', 'metadata'] as const),
);

type SessionRow = Selected<typeof stored>;

/** A stored session. `userPhone` is E.164, and `attempt` counts consecutive failed attempts to connect. */
export type StoredSession = Omit<SessionRow, 'stateReason' | 'contactsBlockedBy'> & {
  readonly stateReason: SessionReason | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
};

/** Decodes a row of the columns `stored`. */
export function decodeSession(row: Row): StoredSession {
  return toStored(stored.decode(row));
}

export function toStored({
  stateReason,
  errorMessage,
  contactsBlockedBy,
  ...row
}: SessionRow): StoredSession {
  const read = readSessionReason(stateReason, errorMessage);
  return {
    ...row,
    stateReason: read.reason,
    errorMessage: read.errorMessage,
    contactsBlockedBy: optional(contactsBlockedBy, readContactBlockReason),
  };
}
