import { toLidKey } from '../../../domain/conversations/message.ts';
import type { LidMapping } from '../../../domain/conversations/whatsapp-message.ts';
import type { Database } from '../../database.ts';
import { chunk, placeholders, type Step } from '../../statement.ts';
import type { SessionRef } from '../batch-steps.ts';

const AT_ONCE = 200;

/** The tables in which a person may have two rows for one thing: under the LID, and under the number. */
const TABLES = [
  { table: 'group_members', key: 'memberKey' },
  { table: 'reactions', key: 'authorKey' },
  { table: 'message_receipts', key: 'participantKey' },
  { table: 'messages', key: 'authorKey' },
] as const;

export type PersonStore = ReturnType<typeof createPersonStore>;

/** Makes one person of a LID and its number, in groups: one member, one reaction to a message, one receipt. */
export function createPersonStore({ statements, syntax }: Database) {
  const { select, transact } = statements;

  /** Finds those of the mappings whose LID names a person somewhere. */
  async function findSplit(
    sessionId: string,
    mappings: readonly LidMapping[],
  ): Promise<LidMapping[]> {
    const keys = mappings.map(({ lid }) => toLidKey(lid));
    const list = placeholders(keys.length, 2);
    const queries = TABLES.map(
      ({ table, key }) =>
        `SELECT "${key}" AS "found" FROM "${table}" WHERE "sessionId" = $1 AND "${key}" IN (${list})`,
    );
    // UNION, so that each index is used.
    const rows = await select(queries.join(' UNION '), [sessionId, ...keys]);
    const found = new Set(rows.map((row) => String(row['found'])));
    return mappings.filter(({ lid }) => found.has(toLidKey(lid)));
  }

  /** Merges the people of mappings, each in one transaction. It can be repeated, and called at the same time. */
  async function merge({ sessionId }: SessionRef, mappings: readonly LidMapping[]): Promise<void> {
    for (const some of chunk(mappings, AT_ONCE)) {
      for (const mapping of await findSplit(sessionId, some)) {
        await transact(toSteps(sessionId, mapping));
      }
    }
  }

  function toSteps(sessionId: string, { lid, phoneNumber }: LidMapping): Step[] {
    const [from, to] = [toLidKey(lid), phoneNumber];
    const remove = ({ table, key }: (typeof TABLES)[number]): Step => ({
      sql: `DELETE FROM "${table}" WHERE "sessionId" = $1 AND "${key}" = $2`,
      values: [sessionId, from],
    });
    const [members, reactions, receipts, messages] = TABLES;
    return [
      // Others with the same person wait here, and then find nothing to move.
      {
        sql: `UPDATE "sessions" SET "updatedAt" = "updatedAt" WHERE "sessionId" = $1`,
        values: [sessionId],
      },
      moveMembers(sessionId, from, to),
      remove(members),
      moveReactions(sessionId, from, to),
      remove(reactions),
      moveReceipts(sessionId, from, to),
      remove(receipts),
      {
        sql: `UPDATE "messages" SET "${messages.key}" = $1 WHERE "sessionId" = $2 AND "${messages.key}" = $3`,
        values: [to, sessionId, from],
      },
    ];
  }

  function moveMembers(sessionId: string, from: string, to: string): Step {
    const columns = ['sessionId', 'groupId', 'lid', 'role', 'createdAt'];
    return copy({ table: 'group_members', key: 'memberKey', columns, sessionId, from, to }, () =>
      syntax.changeExisting(['sessionId', 'groupId', 'memberKey'], (incoming) => ({
        lid: `COALESCE("group_members"."lid", ${incoming('lid')})`,
      })),
    );
  }

  /** The later reaction of the two stays. */
  function moveReactions(sessionId: string, from: string, to: string): Step {
    const columns = ['messageRow', 'sessionId', 'messageId', 'sealedEmoji', 'reactedAt'];
    return copy({ table: 'reactions', key: 'authorKey', columns, sessionId, from, to }, () =>
      syntax.changeExisting(['messageRow', 'authorKey'], (incoming) => {
        const laterOf = (column: string) =>
          `CASE WHEN ${incoming('reactedAt')} > "reactions"."reactedAt" THEN ${incoming(column)}
           ELSE "reactions"."${column}" END`;
        // The time comes last, because MySQL sees earlier assignments.
        return { sealedEmoji: laterOf('sealedEmoji'), reactedAt: laterOf('reactedAt') };
      }),
    );
  }

  /** The first time of each step stays. */
  function moveReceipts(sessionId: string, from: string, to: string): Step {
    const times = ['deliveredAt', 'readAt', 'playedAt'];
    const columns = ['sessionId', 'messageId', 'chatKey', ...times, 'createdAt'];
    return copy(
      { table: 'message_receipts', key: 'participantKey', columns, sessionId, from, to },
      () =>
        syntax.changeExisting(['sessionId', 'messageId', 'participantKey'], (incoming) =>
          Object.fromEntries(
            times.map((column) => [
              column,
              earlierOf(`"message_receipts"."${column}"`, incoming(column)),
            ]),
          ),
        ),
    );
  }

  return { merge };
}

type Copy = {
  readonly table: string;
  readonly key: string;
  readonly columns: readonly string[];
  readonly sessionId: string;
  readonly from: string;
  readonly to: string;
};

/** Copies rows of one key to another. The derived table lets MySQL read the table that it writes. */
function copy({ table, key, columns, sessionId, from, to }: Copy, update: () => string): Step {
  const list = (prefix: string) => columns.map((name) => `${prefix}"${name}"`).join(', ');
  return {
    sql: `INSERT INTO "${table}" ("${key}", ${list('')}) SELECT $1, ${list('"old".')} FROM
        (SELECT * FROM "${table}" WHERE "sessionId" = $2 AND "${key}" = $3) AS "old"
      WHERE "old"."${key}" = $3 ${update()}`,
    values: [to, sessionId, from],
  };
}

/** NULL is later than any time. */
function earlierOf(present: string, incoming: string): string {
  return `CASE WHEN ${present} IS NULL OR ${incoming} < ${present} THEN COALESCE(${incoming}, ${present})
    ELSE ${present} END`;
}
