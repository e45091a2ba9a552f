import type { MessageStatus } from '../../domain/conversations/message.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { Message } from '../models/conversations/message.ts';
import { Reaction } from '../models/conversations/reaction.ts';
import { placeholders, type Value, whereAll } from '../statement.ts';
import type { RowOf, Selected } from '../table.ts';
import { type AddressedEvent, toEventSteps } from '../webhooks/event-steps.ts';
import { recountUnread } from './lid-store.ts';

export type StoredMessage = RowOf<typeof Message>;

const reaction = Reaction.pick('messageRow', 'messageId', 'authorKey', 'sealedEmoji', 'reactedAt');
export type StoredReaction = Selected<typeof reaction>;

/** Selects messages of a session. An undefined field is no restriction. */
export type MessageFilter = {
  readonly chatKey: string | undefined;
  readonly fromMe: boolean | undefined;
  readonly messageType: string | undefined;
  readonly isRead: boolean | undefined;
  /** By the sender's clock, both included. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
};

export type MessageStore = ReturnType<typeof createMessageStore>;

/** Reads the messages of sessions, and moves on what they send. */
export function createMessageStore({ statements, syntax }: Database) {
  const { select, transact } = statements;

  /** Lists messages in the order of their arrival, newest first; one more than the page holds if there are more. */
  async function list(
    sessionId: string,
    filter: MessageFilter,
    { limit, before }: PageRequest,
  ): Promise<StoredMessage[]> {
    const { where, values } = whereAll([
      ['"sessionId" =', sessionId],
      ['"chatKey" =', filter.chatKey],
      ['"fromMe" =', toFlag(filter.fromMe)],
      ['"messageType" =', filter.messageType],
      ['"isRead" =', toFlag(filter.isRead)],
      ['"sentAt" >=', filter.from],
      ['"sentAt" <=', filter.to],
      ['"id" <', before],
    ]);
    const rows = await select(
      `SELECT ${Message.columns} FROM "messages" ${where} ORDER BY "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return rows.map(Message.decode);
  }

  /** Finds a message. If several have the ID, it is the first, because anyone can use an ID again. */
  async function find(
    sessionId: string,
    messageId: string,
    chatKey?: string,
  ): Promise<StoredMessage | undefined> {
    return (await findAll(sessionId, messageId, chatKey))[0];
  }

  /** Finds the messages that have an ID, which several people may have chosen: ten at most, the first one first. */
  async function findAll(
    sessionId: string,
    messageId: string,
    chatKey?: string,
  ): Promise<StoredMessage[]> {
    const { where, values } = whereAll([
      ['"sessionId" =', sessionId],
      ['"messageId" =', messageId],
      ['"chatKey" =', chatKey],
    ]);
    const rows = await select(
      `SELECT ${Message.columns} FROM "messages" ${where} ORDER BY "id" LIMIT 10`,
      values,
    );
    return rows.map(Message.decode);
  }

  /** Lists the reactions to messages. Those that were taken back are left out. */
  async function listReactions(rows: readonly number[]): Promise<StoredReaction[]> {
    if (rows.length === 0) return [];
    const found = await select(
      `SELECT ${reaction.columns} FROM "reactions"
       WHERE "messageRow" IN (${placeholders(rows.length)}) AND "sealedEmoji" IS NOT NULL`,
      rows,
    );
    return found.map(reaction.decode);
  }

  /** Moves a message of ours from `pending` to its outcome, unless a receipt was faster, and records the events. */
  async function settle(
    { sessionId, messageId }: { readonly sessionId: string; readonly messageId: string },
    outcome: { readonly status: MessageStatus; readonly errorCode?: string | undefined },
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<void> {
    const time = outcome.status === 'accepted' ? 'acceptedAt' : 'failedAt';
    const isPending = outcome.status === 'pending';
    const times = isPending ? '' : `"${time}" = $2,`;
    await transact([
      {
        sql: `UPDATE "messages" SET ${times} "status" = $1, "updatedAt" = $2, "errorCode" = $3
          WHERE "sessionId" = $4 AND "messageId" = $5 AND "fromMe" = TRUE AND "status" = 'pending'`,
        values: [outcome.status, now, outcome.errorCode ?? null, sessionId, messageId],
      },
      ...toEventSteps(syntax, events, now),
    ]);
  }

  /** Lists up to `limit` unread messages of a chat, or those of the given IDs. */
  async function listUnread(
    sessionId: string,
    chatKey: string,
    limit: number,
  ): Promise<StoredMessage[]> {
    const rows = await select(
      `SELECT ${Message.columns} FROM "messages"
       WHERE "sessionId" = $1 AND "chatKey" = $2 AND "isRead" = FALSE LIMIT ${limit}`,
      [sessionId, chatKey],
    );
    return rows.map(Message.decode);
  }

  /** Marks messages of a chat as read: those of the given IDs, or all. */
  async function markRead(
    sessionId: string,
    chatKey: string,
    messageIds: readonly string[] | undefined,
    now: Date,
  ): Promise<void> {
    const ids: readonly Value[] = messageIds ?? [];
    const which = messageIds ? `AND "messageId" IN (${placeholders(ids.length, 4)})` : '';
    await transact([
      {
        sql: `UPDATE "messages" SET "isRead" = TRUE, "updatedAt" = $1
          WHERE "sessionId" = $2 AND "chatKey" = $3 AND "isRead" = FALSE ${which}`,
        values: [now, sessionId, chatKey, ...ids],
      },
      recountUnread(sessionId, chatKey),
    ]);
  }

  return { list, find, findAll, listReactions, settle, listUnread, markRead };
}

function toFlag(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}
