import type { StoreLevel } from '../../domain/conversations/session-settings.ts';
import type { Syntax } from '../dialects/syntax.ts';
import { Chat } from '../models/conversations/chat.ts';
import { Message } from '../models/conversations/message.ts';
import { SessionLid } from '../models/conversations/session-lid.ts';
import { SessionContact } from '../models/whatsapp/session-contact.ts';
import { placeholders, type Step } from '../statement.ts';
import type { NewRowOf } from '../table.ts';

export type NewMessage = NewRowOf<typeof Message>;
export type NewChat = NewRowOf<typeof Chat>;

export type SessionRef = { readonly sessionId: string; readonly accountId: string };

/** The name that a person has chosen, sealed. */
export type NamedContact = {
  readonly phoneNumber: string;
  readonly lid: string | undefined;
  readonly sealedPushName: string;
};

/** A LID, and its number if that is known. */
export type SeenLid = { readonly lid: string; readonly phoneNumber: string | undefined };

/**
 * Makes the transaction fail unless the session still stores so much. A change of the level waits for the transaction, or
 * comes first.
 */
export function guardLevel({ sessionId }: SessionRef, level: StoreLevel): Step {
  return {
    sql: `UPDATE "sessions" SET "updatedAt" = "updatedAt" WHERE "sessionId" = $1 AND "storeLevel" = $2`,
    values: [sessionId, level],
    expectedRows: 1,
  };
}

const STUB = `"messages"."messageType" = 'undecrypted' AND "messages"."revokedAt" IS NULL`;

/** Inserts messages. A present one stays as it is, unless it could not be decrypted before. */
export function insertMessages(syntax: Syntax, messages: readonly NewMessage[]): Step {
  const { sql, values } = Message.insertion(...messages);
  const filled = ['sealedContent', 'secretVersion', 'quotedMessageId', 'isForwarded', 'updatedAt'];
  const update = syntax.changeExisting(
    ['sessionId', 'chatKey', 'messageId', 'fromMe'],
    (incoming) =>
      Object.fromEntries(
        // The type comes last, because MySQL sees earlier assignments.
        [...filled, 'messageType'].map((column) => [
          column,
          `CASE WHEN ${STUB} THEN ${incoming(column)} ELSE "messages"."${column}" END`,
        ]),
      ),
  );
  return { sql: `${sql} ${update}`, values };
}

const CHAT_KEY = ['sessionId', 'chatKey'];

/** Creates chats, or updates what their last message is. */
export function upsertChats(syntax: Syntax, chats: readonly NewChat[]): Step {
  const { sql, values } = Chat.insertion(...chats);
  const update = syntax.changeExisting(CHAT_KEY, (incoming) => {
    const isLater = `${incoming('lastMessageAt')} >= "chats"."lastMessageAt"`;
    const laterOf = (column: string) =>
      `CASE WHEN ${isLater} THEN ${incoming(column)} ELSE "chats"."${column}" END`;
    return {
      lid: `COALESCE(${incoming('lid')}, "chats"."lid")`,
      lastMessageId: laterOf('lastMessageId'),
      lastMessageAt: laterOf('lastMessageAt'),
      updatedAt: incoming('updatedAt'),
    };
  });
  return { sql: `${sql} ${update}`, values };
}

/** Adds the unread messages of a batch to their chats, once, however often the batch is written. */
export function countUnread(
  syntax: Syntax,
  { sessionId }: SessionRef,
  { ingestId, messageIds }: { readonly ingestId: string; readonly messageIds: readonly string[] },
): Step {
  const update = syntax.changeExisting(CHAT_KEY, (incoming) => ({
    unreadCount: `"chats"."unreadCount" + CASE WHEN "chats"."ingestId" = ${incoming('ingestId')}
      THEN 0 ELSE ${incoming('unreadCount')} END`,
    ingestId: incoming('ingestId'),
  }));
  return {
    sql: `INSERT INTO "chats" ("accountId", "sessionId", "chatKey", "lastMessageAt", "unreadCount",
        "ingestId", "createdAt", "updatedAt")
      SELECT MIN("accountId"), "sessionId", "chatKey", MAX("sentAt"),
        SUM(CASE WHEN "isRead" = TRUE THEN 0 ELSE 1 END), "ingestId", MIN("createdAt"), MAX("updatedAt")
      FROM "messages"
      WHERE "sessionId" = $1 AND "ingestId" = $2 AND "messageId" IN (${placeholders(messageIds.length, 3)})
      GROUP BY "sessionId", "chatKey", "ingestId" ${update}`,
    values: [sessionId, ingestId, ...messageIds],
  };
}

/** Stores LIDs, and their numbers. A number that is known stays. */
export function upsertLids(
  syntax: Syntax,
  { sessionId }: SessionRef,
  lids: readonly SeenLid[],
  now: Date,
): Step {
  const rows = lids.map(({ lid, phoneNumber = null }) => ({
    ...{ sessionId, lid, phoneNumber },
    seenAt: now,
  }));
  const { sql, values } = SessionLid.insertion(...rows);
  const update = syntax.changeExisting(['sessionId', 'lid'], (incoming) => ({
    phoneNumber: `COALESCE(${incoming('phoneNumber')}, "session_lids"."phoneNumber")`,
    seenAt: incoming('seenAt'),
  }));
  return { sql: `${sql} ${update}`, values };
}

/** Stores the names that people have chosen. */
export function upsertNames(
  syntax: Syntax,
  { sessionId }: SessionRef,
  contacts: readonly NamedContact[],
  now: Date,
): Step {
  const rows = contacts.map(({ lid = null, ...contact }) => ({
    ...{ sessionId, ...contact, lid },
    createdAt: now,
    updatedAt: now,
  }));
  const { sql, values } = SessionContact.insertion(...rows);
  const update = syntax.changeExisting(['sessionId', 'phoneNumber'], (incoming) => ({
    lid: `COALESCE(${incoming('lid')}, "session_contacts"."lid")`,
    sealedPushName: incoming('sealedPushName'),
    updatedAt: incoming('updatedAt'),
  }));
  return { sql: `${sql} ${update}`, values };
}
