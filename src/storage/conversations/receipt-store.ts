import type { Database } from '../database.ts';
import { Message } from '../models/conversations/message.ts';
import { MessageReceipt } from '../models/conversations/message-receipt.ts';
import { placeholders } from '../statement.ts';
import type { NewRowOf, RowOf, Selected } from '../table.ts';
import { type AddressedEvent, toEventSteps } from '../webhooks/event-steps.ts';
import { recountUnread } from './lid-store.ts';
import { type ReceiptGroup, toReceiptSteps } from './receipt-steps.ts';

export type { ReceiptGroup };

const own = Message.pick('messageId', 'chatKey', 'status');

export type OwnMessage = Selected<typeof own>;

/** What one person did with a message to a group. */
export type PersonReceipt = NewRowOf<typeof MessageReceipt>;
export type StoredReceipt = RowOf<typeof MessageReceipt>;

export type ReceiptStore = ReturnType<typeof createReceiptStore>;

/** Stores how far the messages of sessions have come. */
export function createReceiptStore({ statements, syntax }: Database) {
  const { select, change, transact } = statements;

  /** Finds those of the messages that the session has sent to persons. */
  async function findOwn(sessionId: string, messageIds: readonly string[]): Promise<OwnMessage[]> {
    const rows = await select(
      `SELECT ${own.columns} FROM "messages" WHERE "sessionId" = $1 AND "fromMe" = TRUE
       AND "messageId" IN (${placeholders(messageIds.length, 2)})`,
      [sessionId, ...messageIds],
    );
    return rows.map(own.decode);
  }

  /** Applies receipts and records the events in one transaction. It can be repeated. */
  async function apply(
    sessionId: string,
    groups: readonly ReceiptGroup[],
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<void> {
    await transact([
      ...toReceiptSteps(sessionId, groups, now),
      ...toEventSteps(syntax, events, now),
    ]);
  }

  /** Stores receipts of the members of groups by one statement. No two of one person for one message. */
  async function addPersonal(receipts: readonly PersonReceipt[]): Promise<void> {
    const { sql, values } = MessageReceipt.insertion(...receipts);
    const keys = ['sessionId', 'messageId', 'participantKey'];
    const update = syntax.changeExisting(keys, (incoming) => {
      const first = (column: string) =>
        `COALESCE("message_receipts"."${column}", ${incoming(column)})`;
      return {
        deliveredAt: first('deliveredAt'),
        readAt: first('readAt'),
        playedAt: first('playedAt'),
      };
    });
    await change(`${sql} ${update}`, values);
  }

  /** Lists what the members of a group did with a message. */
  async function list(
    sessionId: string,
    chatKey: string,
    messageId: string,
  ): Promise<StoredReceipt[]> {
    const rows = await select(
      `SELECT ${MessageReceipt.columns} FROM "message_receipts"
       WHERE "sessionId" = $1 AND "messageId" = $2 AND "chatKey" = $3 ORDER BY "participantKey"`,
      [sessionId, messageId, chatKey],
    );
    return rows.map(MessageReceipt.decode);
  }

  /** Marks messages of others as read. */
  async function markRead(
    sessionId: string,
    messageIds: readonly string[],
    now: Date,
  ): Promise<void> {
    const list = placeholders(messageIds.length, 2);
    const rows = await select(
      `SELECT DISTINCT "chatKey" FROM "messages" WHERE "sessionId" = $1 AND "fromMe" = FALSE
       AND "isRead" = FALSE AND "messageId" IN (${list})`,
      [sessionId, ...messageIds],
    );
    if (rows.length === 0) return;
    const step = {
      sql: `UPDATE "messages" SET "isRead" = TRUE, "updatedAt" = $1 WHERE "sessionId" = $2
        AND "fromMe" = FALSE AND "messageId" IN (${placeholders(messageIds.length, 3)})`,
      values: [now, sessionId, ...messageIds],
    };
    const recounts = rows.map((row) => recountUnread(sessionId, String(row['chatKey'])));
    await transact([step, ...recounts]);
  }

  return { findOwn, apply, addPersonal, list, markRead };
}
