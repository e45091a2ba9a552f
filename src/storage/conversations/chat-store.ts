import type { ChatState } from '../../domain/conversations/account/account-news.ts';
import type { Moment, PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { Chat } from '../models/conversations/chat.ts';
import { SessionContact } from '../models/whatsapp/session-contact.ts';
import { whereAll } from '../statement.ts';
import { omitUndefined, type RowOf, type Selected } from '../table.ts';

export type StoredChat = RowOf<typeof Chat>;

const contact = SessionContact.pick(
  ...(['phoneNumber', 'lid', 'isOnWhatsApp', 'knownAt', 'sealedName', 'sealedPushName'] as const),
  ...(['isBlocked', 'createdAt', 'updatedAt'] as const),
);
export type StoredContact = Selected<typeof contact>;

export type ChatStore = ReturnType<typeof createChatStore>;

/** Reads and changes the chats and contacts of sessions. */
export function createChatStore({ statements, models }: Database) {
  const { select } = statements;

  /** Lists chats by their last message, newest first; one more than the page holds if there are more. */
  async function list(
    sessionId: string,
    { limit, before }: PageRequest<Moment>,
  ): Promise<StoredChat[]> {
    const place = before
      ? `AND ("lastMessageAt" < $2 OR ("lastMessageAt" = $3 AND "id" < $4))`
      : '';
    const values = before ? [before.at, before.at, before.id] : [];
    const rows = await select(
      `SELECT ${Chat.columns} FROM "chats" WHERE "sessionId" = $1 ${place}
       ORDER BY "lastMessageAt" DESC, "id" DESC LIMIT ${limit + 1}`,
      [sessionId, ...values],
    );
    return rows.map(Chat.decode);
  }

  async function find(sessionId: string, chatKey: string): Promise<StoredChat | undefined> {
    const [row] = await select(
      `SELECT ${Chat.columns} FROM "chats" WHERE "sessionId" = $1 AND "chatKey" = $2`,
      [sessionId, chatKey],
    );
    return row && Chat.decode(row);
  }

  async function change(
    sessionId: string,
    chatKey: string,
    changes: ChatState,
    now: Date,
  ): Promise<void> {
    const values = { ...omitUndefined(changes), updatedAt: now };
    await models.Chat.update(values, { where: { sessionId, chatKey } });
  }

  /** Lists contacts by number; one more than the page holds if there are more. */
  async function listContacts(
    sessionId: string,
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<StoredContact[]> {
    const { where, values } = whereAll([
      ['"sessionId" =', sessionId],
      ['"phoneNumber" >', after],
    ]);
    const rows = await select(
      `SELECT ${contact.columns} FROM "session_contacts" ${where} ORDER BY "phoneNumber" LIMIT ${limit + 1}`,
      values,
    );
    return rows.map(contact.decode);
  }

  /** Stores whether a session has blocked a number. Creates the contact if there is none. */
  async function setBlocked(
    sessionId: string,
    phoneNumber: string,
    isBlocked: boolean,
    now: Date,
  ): Promise<void> {
    const row = { sessionId, phoneNumber, isBlocked, createdAt: now, updatedAt: now };
    if (await models.SessionContact.insertRow(row)) return;
    await models.SessionContact.update(
      { isBlocked, updatedAt: now },
      { where: { sessionId, phoneNumber } },
    );
  }

  return { list, find, change, listContacts, setBlocked };
}
