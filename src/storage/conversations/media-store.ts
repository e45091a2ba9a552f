import { addSeconds } from '../../lib/time/clock.ts';
import type { Database } from '../database.ts';
import { Media } from '../models/conversations/media.ts';
import { Message } from '../models/conversations/message.ts';
import type { NewRowOf, RowOf, Selected } from '../table.ts';

export type StoredMedia = RowOf<typeof Media>;

const message = Message.pick(
  'id',
  'accountId',
  'sessionId',
  'chatKey',
  'messageId',
  'authorKey',
  'fromMe',
  'sealedContent',
  'mediaId',
  'createdAt',
);
/** A message, as far as its file needs it. */
export type MediaMessage = Selected<typeof message>;

const removable = Media.pick('id', 'claimId', 'storage', 'storageKey');
/** A file that no one may read any longer. */
export type RemovableMedia = Selected<typeof removable>;

/** A new attempt to fetch a file. */
export type MediaClaim = Pick<
  NewRowOf<typeof Media>,
  | 'accountId'
  | 'sessionId'
  | 'messageRow'
  | 'claimId'
  | 'claimedUntil'
  | 'storage'
  | 'storageKey'
  | 'sealedKey'
  | 'secretVersion'
>;

/** What was found out about a file while it was fetched. */
type Findings = {
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly expiresAt: Date;
};

type ClaimRef = Pick<MediaClaim, 'messageRow' | 'claimId'>;
type MessageRef = {
  readonly accountId: string;
  readonly sessionId: string;
  readonly messageId: string;
  readonly chatKey: string | undefined;
};

/** Claims of nodes that died are removed after this time. */
const DEAD_CLAIM_SECONDS = 3600;

/** More than two need not be read to know that there are several. */
const MOST_MESSAGES = 2;

/** Whether the message of a file is still there with its content. */
const HAS_MESSAGE = `EXISTS (SELECT 1 FROM "messages"
  WHERE "messages"."id" = "media"."messageRow" AND "messages"."sealedContent" IS NOT NULL)`;

export type MediaStore = ReturnType<typeof createMediaStore>;

/** Stores where the files of messages are. */
export function createMediaStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Finds the messages with an ID; more than one if several chats use it. */
  async function findMessages(ref: MessageRef): Promise<MediaMessage[]> {
    const { accountId, sessionId, messageId, chatKey } = ref;
    const ofChat = chatKey === undefined ? '' : 'AND "chatKey" = $4';
    const rows = await select(
      `SELECT ${message.columns} FROM "messages"
       WHERE "sessionId" = $1 AND "messageId" = $2 AND "accountId" = $3 ${ofChat}
       ORDER BY "id" LIMIT ${MOST_MESSAGES}`,
      [sessionId, messageId, accountId, ...(chatKey === undefined ? [] : [chatKey])],
    );
    return rows.map(message.decode);
  }

  async function find(messageRow: number): Promise<StoredMedia | undefined> {
    const rows = await select(`SELECT ${Media.columns} FROM "media" WHERE "messageRow" = $1`, [
      messageRow,
    ]);
    return rows[0] && Media.decode(rows[0]);
  }

  /** Starts the first attempt to fetch a file; false if another caller has. */
  function claim(first: MediaClaim, now: Date): Promise<boolean> {
    return models.Media.insertRow({
      ...first,
      state: 'fetching',
      createdAt: now,
      updatedAt: now,
    });
  }

  /** Starts another attempt instead of the one that was `seen`; false if that has changed meanwhile. */
  async function reclaim(
    seen: Pick<StoredMedia, 'messageRow' | 'claimId' | 'state'>,
    next: MediaClaim,
    now: Date,
  ): Promise<boolean> {
    const changes = { ...next, state: 'fetching', expiresAt: null, updatedAt: now } as const;
    const { sets, values } = Media.assignment(changes, 4);
    const changed = await change(
      `UPDATE "media" SET ${sets} WHERE "messageRow" = $1 AND "claimId" = $2 AND "state" = $3`,
      [seen.messageRow, seen.claimId, seen.state, ...values],
    );
    return changed === 1;
  }

  /** Makes a file readable; false if the attempt was given up, or the message was deleted meanwhile. */
  async function finish({ messageRow, claimId }: ClaimRef, found: Findings, now: Date) {
    const { sets, values } = Media.assignment({ ...found, state: 'stored', updatedAt: now }, 3);
    const changed = await change(
      `UPDATE "media" SET ${sets}
       WHERE "messageRow" = $1 AND "claimId" = $2 AND "state" = 'fetching' AND ${HAS_MESSAGE}`,
      [messageRow, claimId, ...values],
    );
    return changed === 1;
  }

  /** Remembers until `expiresAt` that no one has the file. */
  async function markGone(
    { messageRow, claimId }: ClaimRef,
    expiresAt: Date,
    now: Date,
  ): Promise<boolean> {
    const { sets, values } = Media.assignment({ state: 'gone', expiresAt, updatedAt: now }, 3);
    const changed = await change(
      `UPDATE "media" SET ${sets}
       WHERE "messageRow" = $1 AND "claimId" = $2 AND "state" = 'fetching'`,
      [messageRow, claimId, ...values],
    );
    return changed === 1;
  }

  /** Ends an attempt that failed, so that the next one can start. */
  async function giveUp({ messageRow, claimId }: ClaimRef): Promise<boolean> {
    const deleted = await change(
      `DELETE FROM "media" WHERE "messageRow" = $1 AND "claimId" = $2 AND "state" = 'fetching'`,
      [messageRow, claimId],
    );
    return deleted === 1;
  }

  /** Lists files that have expired, and those of attempts that never ended. */
  async function listExpired(now: Date, limit: number): Promise<RemovableMedia[]> {
    const rows = await select(
      `SELECT ${removable.columns} FROM "media"
       WHERE "expiresAt" <= $1 OR ("state" = 'fetching' AND "claimedUntil" <= $2)
       ORDER BY "id" LIMIT ${limit}`,
      [now, addSeconds(now, -DEAD_CLAIM_SECONDS)],
    );
    return rows.map(removable.decode);
  }

  /** Lists files whose message was deleted, or lost its content. */
  async function listOrphans(limit: number): Promise<RemovableMedia[]> {
    const rows = await select(
      `SELECT ${removable.columns} FROM "media" WHERE NOT ${HAS_MESSAGE}
       ORDER BY "id" LIMIT ${limit}`,
      [],
    );
    return rows.map(removable.decode);
  }

  /** Deletes the row of a file, unless another attempt has started. */
  async function remove({ id, claimId }: Pick<RemovableMedia, 'id' | 'claimId'>): Promise<boolean> {
    const deleted = await change(`DELETE FROM "media" WHERE "id" = $1 AND "claimId" = $2`, [
      id,
      claimId,
    ]);
    return deleted === 1;
  }

  return {
    ...{ findMessages, find, claim, reclaim, finish, markGone, giveUp },
    ...{ listExpired, listOrphans, remove },
  };
}
