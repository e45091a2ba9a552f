import { toLidKey } from '../../domain/conversations/message.ts';
import type { Database } from '../database.ts';
import { placeholders, type Row, readIds, type Step, type Value } from '../statement.ts';

export type EraseStore = ReturnType<typeof createEraseStore>;

/** Rows of these tables belong to a session and are deleted with it. */
const OF_SESSION = [
  ...(['message_receipts', 'reactions', 'session_lids', 'chats'] as const),
  ...(['status_posts', 'group_members', 'wa_groups'] as const),
];

/** Erases conversations, in batches, so that requests do not wait for long. */
export function createEraseStore({ statements }: Database) {
  const { select, change, transact } = statements;

  /** Erases the content of up to `batch` messages of a session, and in the end all names and reactions; returns how many. */
  async function eraseContents(sessionId: string, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id" FROM "messages" WHERE "sessionId" = $1 AND "sealedContent" IS NOT NULL LIMIT ${batch}`,
      [sessionId],
    );
    if (rows.length === 0) {
      await eraseNames(sessionId);
      return 0;
    }
    return change(
      `UPDATE "messages" SET "sealedContent" = NULL, "secretVersion" = NULL
       WHERE "id" IN (${placeholders(rows.length)})`,
      readIds(rows),
    );
  }

  async function eraseNames(sessionId: string): Promise<void> {
    await change(
      `UPDATE "status_posts" SET "sealedContent" = NULL
       WHERE "sessionId" = $1 AND "sealedContent" IS NOT NULL`,
      [sessionId],
    );
    await change(
      `UPDATE "reactions" SET "sealedEmoji" = NULL WHERE "sessionId" = $1 AND "sealedEmoji" IS NOT NULL`,
      [sessionId],
    );
    await change(
      `UPDATE "session_contacts" SET "sealedName" = NULL, "sealedPushName" = NULL
       WHERE "sessionId" = $1 AND ("sealedName" IS NOT NULL OR "sealedPushName" IS NOT NULL)`,
      [sessionId],
    );
    await change(
      `UPDATE "chats" SET "sealedName" = NULL WHERE "sessionId" = $1 AND "sealedName" IS NOT NULL`,
      [sessionId],
    );
    await change(
      `UPDATE "wa_groups" SET "sealedSubject" = NULL, "sealedDescription" = NULL
       WHERE "sessionId" = $1 AND ("sealedSubject" IS NOT NULL OR "sealedDescription" IS NOT NULL)`,
      [sessionId],
    );
  }

  /** Deletes up to `batch` messages of a session, and in the end all else of its conversations; returns how many messages. */
  async function eraseSession(sessionId: string, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id" FROM "messages" WHERE "sessionId" = $1 ORDER BY "id" LIMIT ${batch}`,
      [sessionId],
    );
    if (rows.length > 0) return deleteMessages(rows);
    await eraseNames(sessionId);
    for (const table of OF_SESSION) {
      await change(`DELETE FROM "${table}" WHERE "sessionId" = $1`, [sessionId]);
    }
    return 0;
  }

  async function deleteMessages(rows: readonly Row[]): Promise<number> {
    const ids = readIds(rows);
    const list = placeholders(ids.length);
    await transact([
      { sql: `DELETE FROM "reactions" WHERE "messageRow" IN (${list})`, values: ids },
      { sql: `DELETE FROM "messages" WHERE "id" IN (${list})`, values: ids },
    ]);
    return ids.length;
  }

  /** Deletes up to `batch` messages that were stored before a time, and their reactions; returns how many. */
  async function pruneMessages(before: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id" FROM "messages" WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    return rows.length === 0 ? 0 : deleteMessages(rows);
  }

  /** Deletes up to `batch` chats without a message since a time; returns how many. */
  async function pruneChats(before: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id" FROM "chats" WHERE "lastMessageAt" < $1 ORDER BY "lastMessageAt" LIMIT ${batch}`,
      [before],
    );
    if (rows.length === 0) return 0;
    const ids = readIds(rows);
    return change(
      `DELETE FROM "chats" WHERE "id" IN (${placeholders(ids.length)})
       AND "lastMessageAt" < $${ids.length + 1}`,
      [...ids, before],
    );
  }

  /** Deletes up to `batch` groups, with their members, that have neither changed nor had a message since a time; returns how many. */
  async function pruneGroups(before: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id", "sessionId", "groupId" FROM "wa_groups" WHERE "updatedAt" < $1
       AND NOT EXISTS (SELECT 1 FROM "chats" WHERE "chats"."sessionId" = "wa_groups"."sessionId"
         AND "chats"."chatKey" = "wa_groups"."groupId") ORDER BY "updatedAt" LIMIT ${batch}`,
      [before],
    );
    if (rows.length === 0) return 0;
    await transact([
      ...rows.map((row) => ({
        sql: `DELETE FROM "group_members" WHERE "sessionId" = $1 AND "groupId" = $2`,
        values: [String(row['sessionId']), String(row['groupId'])],
      })),
      {
        sql: `DELETE FROM "wa_groups" WHERE "id" IN (${placeholders(rows.length)})`,
        values: readIds(rows),
      },
    ]);
    return rows.length;
  }

  /** Deletes up to `batch` receipts of members from before a time; returns how many. */
  async function pruneReceipts(before: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "sessionId", "messageId", "participantKey" FROM "message_receipts"
       WHERE "createdAt" < $1 ORDER BY "createdAt" LIMIT ${batch}`,
      [before],
    );
    if (rows.length === 0) return 0;
    const names = ['sessionId', 'messageId', 'participantKey'] as const;
    const keys = rows.map(
      (_, i) => `(${names.map((name, n) => `"${name}" = $${3 * i + n + 2}`).join(' AND ')})`,
    );
    const values = rows.flatMap((row) => names.map((name) => String(row[name])));
    return change(
      `DELETE FROM "message_receipts" WHERE "createdAt" < $1 AND (${keys.join(' OR ')})`,
      [before, ...values],
    );
  }

  /** Lists the sessions of an account, and under which keys each of them may know a number. */
  async function listKeys(accountId: string, phoneNumber: string) {
    const sessions = await select(`SELECT "sessionId" FROM "sessions" WHERE "accountId" = $1`, [
      accountId,
    ]);
    const sessionIds = sessions.map((row) => String(row['sessionId']));
    if (sessionIds.length === 0) return { sessionIds, keys: [phoneNumber] };
    const lids = await select(
      `SELECT DISTINCT "lid" FROM "session_lids" WHERE "phoneNumber" = $1
       AND "sessionId" IN (${placeholders(sessionIds.length, 2)})`,
      [phoneNumber, ...sessionIds],
    );
    return { sessionIds, keys: [phoneNumber, ...lids.map((row) => toLidKey(String(row['lid'])))] };
  }

  /**
   * Erases what the sessions of an account have of a person: the chat, and in groups what the person wrote, with the
   * events. Returns how many messages.
   */
  async function erasePerson(
    { accountId, phoneNumber }: { readonly accountId: string; readonly phoneNumber: string },
    batch: number,
  ): Promise<number> {
    const { sessionIds, keys } = await listKeys(accountId, phoneNumber);
    let erased = 0;
    for (const sessionId of sessionIds) {
      let count = batch;
      while (count === batch) {
        count = await eraseSome(sessionId, keys, batch);
        erased += count;
      }
      await transact(toPersonSteps(sessionId, keys, phoneNumber));
    }
    return erased;
  }

  async function eraseSome(
    sessionId: string,
    keys: readonly string[],
    batch: number,
  ): Promise<number> {
    const list = placeholders(keys.length, 2);
    // UNION, so that both indexes are used.
    const rows = await select(
      `SELECT "id", "messageId" FROM "messages" WHERE "sessionId" = $1 AND "chatKey" IN (${list})
       UNION SELECT "id", "messageId" FROM "messages" WHERE "sessionId" = $1 AND "authorKey" IN (${list})
       LIMIT ${batch}`,
      [sessionId, ...keys],
    );
    if (rows.length === 0) return 0;
    const subjects = rows.map((row) => String(row['messageId']));
    const messages = placeholders(subjects.length, 2);
    await change(
      `DELETE FROM "webhook_deliveries" WHERE "eventId" IN (SELECT "eventId" FROM "events"
         WHERE "sessionId" = $1 AND "subject" IN (${messages}))`,
      [sessionId, ...subjects],
    );
    await change(`DELETE FROM "events" WHERE "sessionId" = $1 AND "subject" IN (${messages})`, [
      sessionId,
      ...subjects,
    ]);
    return deleteMessages(rows);
  }

  return {
    ...{ eraseContents, eraseSession, erasePerson },
    ...{ pruneMessages, pruneChats, pruneGroups, pruneReceipts },
  };
}

function toPersonSteps(
  sessionId: string,
  keys: readonly string[],
  phoneNumber: string,
): readonly Step[] {
  const list = placeholders(keys.length, 2);
  const values: readonly Value[] = [sessionId, ...keys];
  const where = (column: string) => `"sessionId" = $1 AND "${column}" IN (${list})`;
  return [
    { sql: `DELETE FROM "reactions" WHERE ${where('authorKey')}`, values },
    { sql: `DELETE FROM "message_receipts" WHERE ${where('participantKey')}`, values },
    { sql: `DELETE FROM "chats" WHERE ${where('chatKey')}`, values },
    { sql: `DELETE FROM "group_members" WHERE ${where('memberKey')}`, values },
    { sql: `UPDATE "wa_groups" SET "ownerKey" = NULL WHERE ${where('ownerKey')}`, values },
    {
      sql: `DELETE FROM "session_lids" WHERE "sessionId" = $1 AND "phoneNumber" = $2`,
      values: [sessionId, phoneNumber],
    },
    // The events about the contact.
    {
      sql: `DELETE FROM "webhook_deliveries" WHERE "eventId" IN
        (SELECT "eventId" FROM "events" WHERE "sessionId" = $1 AND "subject" = $2)`,
      values: [sessionId, phoneNumber],
    },
    {
      sql: `DELETE FROM "events" WHERE "sessionId" = $1 AND "subject" = $2`,
      values: [sessionId, phoneNumber],
    },
  ];
}
