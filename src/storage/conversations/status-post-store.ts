import type { StatusPostState } from '../../domain/conversations/status-post.ts';
import type { PageRequest } from '../../domain/page.ts';
import type { Database } from '../database.ts';
import { StatusPost } from '../models/conversations/status-post.ts';
import { placeholders, readIds, whereAll } from '../statement.ts';
import type { NewRowOf, RowOf } from '../table.ts';

export type StoredStatusPost = RowOf<typeof StatusPost>;

/** A post that is about to be sent. */
export type NewStatusPost = Omit<
  NewRowOf<typeof StatusPost>,
  'id' | 'state' | 'errorCode' | 'revokedAt' | 'createdAt' | 'updatedAt'
>;

type PostRef = { readonly sessionId: string; readonly statusId: string };

export type StatusPostStore = ReturnType<typeof createStatusPostStore>;

/** Stores the status posts of sessions, for the day on which they are shown. */
export function createStatusPostStore({ statements, models }: Database) {
  const { select, change, transact } = statements;

  async function add(post: NewStatusPost, now: Date): Promise<void> {
    const row = { ...post, state: 'pending', createdAt: now, updatedAt: now } as const;
    await models.StatusPost.insertRow(row);
  }

  /** Moves a post from `pending` to its outcome; false if it has one already. */
  async function settle(
    { sessionId, statusId }: PostRef,
    outcome: { readonly state: StatusPostState; readonly errorCode?: string | undefined },
    now: Date,
  ): Promise<boolean> {
    const changed = await change(
      `UPDATE "status_posts" SET "state" = $1, "errorCode" = $2, "updatedAt" = $3
       WHERE "sessionId" = $4 AND "statusId" = $5 AND "state" = 'pending'`,
      [outcome.state, outcome.errorCode ?? null, now, sessionId, statusId],
    );
    return changed === 1;
  }

  /** Marks a post as revoked and erases its content; false if it was revoked or has failed. */
  async function revoke({ sessionId, statusId }: PostRef, now: Date): Promise<boolean> {
    const changed = await change(
      `UPDATE "status_posts" SET "state" = 'revoked', "revokedAt" = $1, "updatedAt" = $2,
         "sealedContent" = NULL, "mediaId" = NULL
       WHERE "sessionId" = $3 AND "statusId" = $4 AND "state" IN ('pending', 'posted')`,
      [now, now, sessionId, statusId],
    );
    return changed === 1;
  }

  /** Lists the posts of a session that have not expired, newest first; one more than the page holds if there are more. */
  async function list(
    sessionId: string,
    { limit, before }: PageRequest,
    now: Date,
  ): Promise<StoredStatusPost[]> {
    const { where, values } = whereAll([
      ['"sessionId" =', sessionId],
      ['"expiresAt" >', now],
      ['"id" <', before],
    ]);
    const rows = await select(
      `SELECT ${StatusPost.columns} FROM "status_posts" ${where}
       ORDER BY "id" DESC LIMIT ${limit + 1}`,
      values,
    );
    return rows.map(StatusPost.decode);
  }

  /** Finds a post that has not expired. */
  async function find(
    { sessionId, statusId }: PostRef,
    now: Date,
  ): Promise<StoredStatusPost | undefined> {
    const rows = await select(
      `SELECT ${StatusPost.columns} FROM "status_posts"
       WHERE "sessionId" = $1 AND "statusId" = $2 AND "expiresAt" > $3`,
      [sessionId, statusId, now],
    );
    return rows[0] && StatusPost.decode(rows[0]);
  }

  /** Returns which of the IDs are those of posts of a session. */
  async function findKnown(
    sessionId: string,
    statusIds: readonly string[],
  ): Promise<ReadonlySet<string>> {
    if (statusIds.length === 0) return new Set();
    const rows = await select(
      `SELECT "statusId" FROM "status_posts" WHERE "sessionId" = $1
       AND "statusId" IN (${placeholders(statusIds.length, 2)})`,
      [sessionId, ...statusIds],
    );
    return new Set(rows.map((row) => String(row['statusId'])));
  }

  /** Counts how many people have viewed each post. Those without a view are left out. */
  async function countViews(
    sessionId: string,
    statusIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    if (statusIds.length === 0) return new Map();
    const rows = await select(
      `SELECT "messageId", COUNT(*) AS "views" FROM "message_receipts" WHERE "sessionId" = $1
       AND "messageId" IN (${placeholders(statusIds.length, 2)}) AND "readAt" IS NOT NULL
       GROUP BY "messageId"`,
      [sessionId, ...statusIds],
    );
    return new Map(rows.map((row) => [String(row['messageId']), Number(row['views'])]));
  }

  /** Deletes up to `batch` posts that have expired, with what is known of their viewers; returns how many. */
  async function removeExpired(now: Date, batch: number): Promise<number> {
    const rows = await select(
      `SELECT "id" FROM "status_posts" WHERE "expiresAt" <= $1 ORDER BY "expiresAt" LIMIT ${batch}`,
      [now],
    );
    if (rows.length === 0) return 0;
    const ids = readIds(rows);
    const list = placeholders(ids.length);
    await transact([
      {
        sql: `DELETE FROM "message_receipts" WHERE EXISTS (SELECT 1 FROM "status_posts"
          WHERE "status_posts"."id" IN (${list})
            AND "status_posts"."sessionId" = "message_receipts"."sessionId"
            AND "status_posts"."statusId" = "message_receipts"."messageId")`,
        values: ids,
      },
      { sql: `DELETE FROM "status_posts" WHERE "id" IN (${list})`, values: ids },
    ]);
    return rows.length;
  }

  return { add, settle, revoke, list, find, findKnown, countViews, removeExpired };
}
