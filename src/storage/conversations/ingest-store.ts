import type { StoreLevel } from '../../domain/conversations/session-settings.ts';
import type { Database } from '../database.ts';
import { placeholders, type Step } from '../statement.ts';
import { type AddressedEvent, toEventSteps } from '../webhooks/event-steps.ts';
import {
  countUnread,
  guardLevel,
  insertMessages,
  type NamedContact,
  type NewChat,
  type NewMessage,
  type SeenLid,
  type SessionRef,
  upsertChats,
  upsertLids,
  upsertNames,
} from './batch-steps.ts';
import { type ReceiptGroup, toReceiptSteps } from './receipt-steps.ts';

export type { AddressedEvent, NamedContact, NewChat, NewMessage, SeenLid, SessionRef };

/** What is written of a batch of messages, all or nothing. */
export type Batch = {
  readonly session: SessionRef;
  /** What the session stores. Nothing is written if that has changed. */
  readonly level: StoreLevel;
  readonly ingestId: string;
  /** No two have the same key. */
  readonly messages: readonly NewMessage[];
  readonly chats: readonly NewChat[];
  readonly lids: readonly SeenLid[];
  readonly names: readonly NamedContact[];
  /** Receipts of these messages that came before them. */
  readonly receipts: readonly ReceiptGroup[];
  readonly events: readonly AddressedEvent[];
};

export type IngestStore = ReturnType<typeof createIngestStore>;

/** Writes what the sessions of this node receive and send. */
export function createIngestStore({ statements, syntax }: Database) {
  const { select, transact } = statements;

  /**
   * Writes a batch in one transaction. Messages and events that are stored already stay as they are, so that it can be
   * repeated when its outcome is not known. False if the session no longer stores what `level` says, or is deleted.
   */
  function add(batch: Batch, now: Date): Promise<boolean> {
    return transact(toSteps(batch, now));
  }

  function toSteps(batch: Batch, now: Date): Step[] {
    const { session, level, ingestId, messages, chats, lids, names } = batch;
    const messageIds = messages.filter(({ isRead }) => isRead !== true).map((one) => one.messageId);
    return [
      guardLevel(session, level),
      ...(messages.length > 0 ? [insertMessages(syntax, messages)] : []),
      ...(chats.length > 0 ? [upsertChats(syntax, chats)] : []),
      ...(messageIds.length > 0 ? [countUnread(syntax, session, { ingestId, messageIds })] : []),
      ...(lids.length > 0 ? [upsertLids(syntax, session, lids, now)] : []),
      ...(names.length > 0 ? [upsertNames(syntax, session, names, now)] : []),
      ...toReceiptSteps(session.sessionId, batch.receipts, now),
      ...toEventSteps(syntax, batch.events, now),
    ];
  }

  /** Returns which of the IDs are those of codes that any account has sent. */
  async function findCodes(messageIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (messageIds.length === 0) return new Set();
    const found = await select(
      `SELECT "messageId" FROM "deliveries" WHERE "messageId" IN (${placeholders(messageIds.length)})`,
      messageIds,
    );
    return new Set(found.map((row) => String(row['messageId'])));
  }

  return { add, findCodes };
}
