import { toLidKey } from '../../domain/conversations/message.ts';
import type { LidMapping } from '../../domain/conversations/whatsapp-message.ts';
import type { Database } from '../database.ts';
import { SessionLid } from '../models/conversations/session-lid.ts';
import { placeholders, type Step } from '../statement.ts';
import { type AddressedEvent, toEventSteps } from '../webhooks/event-steps.ts';
import { type SeenLid, type SessionRef, upsertLids } from './batch-steps.ts';

const pair = SessionLid.pick('lid', 'phoneNumber');

/** How many chats are merged after one look. */
const MOST_SPLIT = 100;

/** The messages of the chat of a LID that the chat of the number has too. DISTINCT, so that MySQL does not merge it. */
const TWICE = `SELECT DISTINCT "old"."id" FROM "messages" "old"
  JOIN "messages" "new" ON "new"."sessionId" = "old"."sessionId"
    AND "new"."messageId" = "old"."messageId" AND "new"."fromMe" = "old"."fromMe"
  WHERE "old"."sessionId" = $1 AND "old"."chatKey" = $2 AND "new"."chatKey" = $3`;

export type LidStore = ReturnType<typeof createLidStore>;

/** Stores which hidden ID (LID) belongs to which number, and makes one chat of the two that a person may have. */
export function createLidStore({ statements, syntax }: Database) {
  const { select, transact } = statements;

  /** Finds the numbers of LIDs, as far as they are known. */
  async function findNumbers(
    sessionId: string,
    lids: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    if (lids.length === 0) return new Map();
    const rows = await select(
      `SELECT ${pair.columns} FROM "session_lids" WHERE "sessionId" = $1
       AND "phoneNumber" IS NOT NULL AND "lid" IN (${placeholders(lids.length, 2)})`,
      [sessionId, ...lids],
    );
    return new Map(rows.map(pair.decode).map((row) => [row.lid, row.phoneNumber ?? '']));
  }

  /** Finds those of the LIDs that are stored without a number. */
  async function findUnknown(
    sessionId: string,
    lids: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const rows = await select(
      `SELECT ${pair.columns} FROM "session_lids" WHERE "sessionId" = $1
       AND "phoneNumber" IS NULL AND "lid" IN (${placeholders(lids.length, 2)})`,
      [sessionId, ...lids],
    );
    return new Set(rows.map((row) => String(row['lid'])));
  }

  async function save(
    session: SessionRef,
    lids: readonly SeenLid[],
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<void> {
    await transact([upsertLids(syntax, session, lids, now), ...toEventSteps(syntax, events, now)]);
  }

  /** Lists the LIDs that have a chat of their own although their number is known. */
  async function listSplit(sessionId: string): Promise<LidMapping[]> {
    const rows = await select(
      `SELECT ${pair.columns} FROM "chats"
       JOIN "session_lids" ON "session_lids"."sessionId" = "chats"."sessionId"
         AND "session_lids"."lid" = SUBSTR("chats"."chatKey", 5)
       WHERE "chats"."sessionId" = $1 AND "chats"."chatKey" LIKE 'lid:%'
         AND "session_lids"."phoneNumber" IS NOT NULL LIMIT ${MOST_SPLIT}`,
      [sessionId],
    );
    return rows.map(pair.decode).map(({ lid, phoneNumber = '' }) => ({ lid, phoneNumber }));
  }

  /**
   * Moves the chat of a LID into the chat of its number, in one transaction. Only one of several callers does it; false
   * for the others, and if there is no such chat.
   */
  function merge({ sessionId }: SessionRef, mapping: LidMapping, now: Date): Promise<boolean> {
    const { lid, phoneNumber } = mapping;
    const [from, to] = [toLidKey(lid), phoneNumber];
    const both = [sessionId, from, to];
    return transact([
      // Others wait here, and then find no chat.
      {
        sql: `UPDATE "chats" SET "updatedAt" = $3 WHERE "sessionId" = $1 AND "chatKey" = $2`,
        values: [sessionId, from, now],
        expectedRows: 1,
      },
      { sql: `DELETE FROM "reactions" WHERE "messageRow" IN (${TWICE})`, values: both },
      {
        sql: `DELETE FROM "messages" WHERE "id" IN (SELECT "id" FROM (${TWICE}) AS "twice")`,
        values: both,
      },
      moveMessages(sessionId, from, to),
      moveChat({ sessionId, lid, from, to }),
      {
        sql: `DELETE FROM "chats" WHERE "sessionId" = $1 AND "chatKey" = $2`,
        values: [sessionId, from],
      },
      recountUnread(sessionId, to),
      {
        sql: `UPDATE "session_contacts" SET "lid" = $3 WHERE "sessionId" = $1 AND "phoneNumber" = $2`,
        values: [sessionId, to, lid],
      },
    ]);
  }

  /** Creates the chat of the number from that of the LID, or updates what its last message is. */
  function moveChat({ sessionId, lid, from, to }: Move): Step {
    const settings = ['accountId', 'sessionId', 'isGroup', 'isArchived', 'isPinned', 'mutedUntil'];
    const facts = ['unreadCount', 'lastMessageAt', 'lastMessageId', 'sealedName', 'createdAt'];
    const columns = [...settings, ...facts, 'updatedAt'];
    const list = (table: string) => columns.map((name) => `${table}"${name}"`).join(', ');
    const update = syntax.changeExisting(['sessionId', 'chatKey'], (incoming) => {
      const isLater = `${incoming('lastMessageAt')} >= "chats"."lastMessageAt"`;
      const laterOf = (column: string) =>
        `CASE WHEN ${isLater} THEN ${incoming(column)} ELSE "chats"."${column}" END`;
      return {
        lid: incoming('lid'),
        lastMessageId: laterOf('lastMessageId'),
        lastMessageAt: laterOf('lastMessageAt'),
      };
    });
    return {
      sql: `INSERT INTO "chats" ("chatKey", "phoneNumber", "lid", ${list('')})
        SELECT $1, $2, $3, ${list('"old".')} FROM
          (SELECT * FROM "chats" WHERE "sessionId" = $4 AND "chatKey" = $5) AS "old"
        WHERE "old"."chatKey" = $5 ${update}`,
      values: [to, to, lid, sessionId, from],
    };
  }

  return { findNumbers, findUnknown, save, listSplit, merge };
}

type Move = {
  readonly sessionId: string;
  readonly lid: string;
  readonly from: string;
  readonly to: string;
};

function moveMessages(sessionId: string, from: string, to: string): Step {
  return {
    sql: `UPDATE "messages" SET "chatKey" = $1,
        "authorKey" = CASE WHEN "authorKey" = $2 THEN $3 ELSE "authorKey" END
      WHERE "sessionId" = $4 AND "chatKey" = $5`,
    values: [to, from, to, sessionId, from],
  };
}

/** Sets how many messages of a chat are unread to what its messages say. */
export function recountUnread(sessionId: string, chatKey: string): Step {
  return {
    sql: `UPDATE "chats" SET "unreadCount" = (SELECT COUNT(*) FROM "messages"
        WHERE "sessionId" = $1 AND "chatKey" = $2 AND "isRead" = FALSE)
      WHERE "sessionId" = $3 AND "chatKey" = $4`,
    values: [sessionId, chatKey, sessionId, chatKey],
  };
}
