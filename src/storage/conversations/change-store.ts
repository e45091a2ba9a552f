import type { Database } from '../database.ts';
import { placeholders, type Step, type Value } from '../statement.ts';
import { type AddressedEvent, toEventSteps } from '../webhooks/event-steps.ts';

/**
 * A message that someone wants to change, under all keys that its chat and its author may have: WhatsApp's clients do not
 * check who changes what.
 */
export type Target = {
  readonly sessionId: string;
  readonly messageId: string;
  readonly chatKeys: readonly string[];
  /** Undefined if the author does not matter. */
  readonly authorKeys?: readonly string[];
  readonly fromMe?: boolean;
};

export type Edit = {
  readonly sealedContent: string | null;
  readonly secretVersion: string | null;
  readonly editedAt: Date;
};

export type NewReaction = {
  readonly authorKey: string;
  /** NULL if it was taken back. */
  readonly sealedEmoji: string | null;
  readonly reactedAt: Date;
};

export type ChangeStore = ReturnType<typeof createChangeStore>;

/** Changes messages as their authors want, and records the event in the same transaction. */
export function createChangeStore({ statements, syntax }: Database) {
  const { transact } = statements;

  /** Replaces the content, unless a later edit has. False if there is no such message of this author. */
  function edit(
    target: Target,
    { sealedContent, secretVersion, editedAt }: Edit,
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<boolean> {
    const { where, values } = toWhere(target, 5);
    const update = {
      sql: `UPDATE "messages" SET "sealedContent" = $1, "secretVersion" = $2, "editedAt" = $3,
          "updatedAt" = $4
        WHERE ${where} AND "revokedAt" IS NULL AND ("editedAt" IS NULL OR "editedAt" <= $3)`,
      values: [sealedContent, secretVersion, editedAt, now, ...values],
      expectedRows: 1,
    };
    return transact([update, ...toEventSteps(syntax, events, now)]);
  }

  /** Erases the content. False if there is no such message of this author, or it was revoked before. */
  function revoke(
    target: Target,
    at: Date,
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<boolean> {
    const { where, values } = toWhere(target, 3);
    const update = {
      sql: `UPDATE "messages" SET "sealedContent" = NULL, "secretVersion" = NULL, "revokedAt" = $1,
          "updatedAt" = $2
        WHERE ${where} AND "revokedAt" IS NULL`,
      values: [at, now, ...values],
      expectedRows: 1,
    };
    return transact([update, ...toEventSteps(syntax, events, now)]);
  }

  /** Stores or takes back the reaction of a person, unless a later one is stored. False if there is no such message. */
  function react(
    target: Target,
    reaction: NewReaction,
    events: readonly AddressedEvent[],
    now: Date,
  ): Promise<boolean> {
    const { where, values } = toWhere(target, 2);
    const touch = {
      sql: `UPDATE "messages" SET "updatedAt" = $1 WHERE ${where} AND "revokedAt" IS NULL`,
      values: [now, ...values],
      expectedRows: 1,
    };
    const steps = [touch, toReactionStep(target, reaction), ...toEventSteps(syntax, events, now)];
    return transact(steps);
  }

  function toReactionStep(
    target: Target,
    { authorKey, sealedEmoji, reactedAt }: NewReaction,
  ): Step {
    const { where, values } = toWhere(target, 4);
    const update = syntax.changeExisting(['messageRow', 'authorKey'], (incoming) => {
      const laterOf = (column: string) =>
        `CASE WHEN ${incoming('reactedAt')} >= "reactions"."reactedAt" THEN ${incoming(column)}
         ELSE "reactions"."${column}" END`;
      // The time comes last, because MySQL sees earlier assignments.
      return { sealedEmoji: laterOf('sealedEmoji'), reactedAt: laterOf('reactedAt') };
    });
    return {
      sql: `INSERT INTO "reactions" ("messageRow", "authorKey", "sessionId", "messageId", "sealedEmoji", "reactedAt")
        SELECT "id", $1, "sessionId", "messageId", $2, $3 FROM "messages" WHERE ${where} ${update}`,
      values: [authorKey, sealedEmoji, reactedAt, ...values],
    };
  }

  return { edit, revoke, react };
}

/** The condition for a target. Its first parameter is `$from`. */
function toWhere(
  { sessionId, messageId, chatKeys, authorKeys, fromMe }: Target,
  from: number,
): { readonly where: string; readonly values: readonly Value[] } {
  const clauses = [
    `"sessionId" = $${from}`,
    `"messageId" = $${from + 1}`,
    `"chatKey" IN (${placeholders(chatKeys.length, from + 2)})`,
  ];
  if (authorKeys) {
    const first = from + 2 + chatKeys.length;
    clauses.push(`"authorKey" IN (${placeholders(authorKeys.length, first)})`);
  }
  if (fromMe !== undefined) clauses.push(`"fromMe" = ${fromMe ? 'TRUE' : 'FALSE'}`);
  return {
    where: clauses.join(' AND '),
    values: [sessionId, messageId, ...chatKeys, ...(authorKeys ?? [])],
  };
}
