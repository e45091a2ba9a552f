import type { Database } from '../database.ts';
import { MediaUpload } from '../models/conversations/media-upload.ts';
import type { NewRowOf, RowOf, Selected } from '../table.ts';

export type StoredUpload = RowOf<typeof MediaUpload>;

/** A file that is about to be stored. Its row comes first, so that no file is left without one. */
export type NewUpload = Pick<
  NewRowOf<typeof MediaUpload>,
  | 'mediaId'
  | 'accountId'
  | 'sessionId'
  | 'storage'
  | 'storageKey'
  | 'sealedKey'
  | 'secretVersion'
  | 'expiresAt'
>;

/** What was found out about a file while it was stored. */
type Findings = {
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly expiresAt: Date;
};

type UploadRef = {
  readonly accountId: string;
  readonly sessionId: string;
  readonly mediaId: string;
};

const removable = MediaUpload.pick('id', 'storage', 'storageKey');
/** A file that no one may send any longer. */
export type RemovableUpload = Selected<typeof removable>;

export type UploadStore = ReturnType<typeof createUploadStore>;

/** Stores where the files are that are to be sent. */
export function createUploadStore({ statements, models }: Database) {
  const { select, change } = statements;

  /** Adds a file that is being stored. */
  async function add(upload: NewUpload, now: Date): Promise<void> {
    const row = { ...upload, state: 'writing', createdAt: now, updatedAt: now } as const;
    await models.MediaUpload.insertRow(row);
  }

  /** Makes a file usable; false if it was given up meanwhile. */
  async function finish(mediaId: string, found: Findings, now: Date): Promise<boolean> {
    const { sets, values } = MediaUpload.assignment(
      { ...found, state: 'stored', updatedAt: now },
      2,
    );
    const changed = await change(
      `UPDATE "media_uploads" SET ${sets} WHERE "mediaId" = $1 AND "state" = 'writing'`,
      [mediaId, ...values],
    );
    return changed === 1;
  }

  /** Deletes the row of a file that could not be stored. */
  async function giveUp(mediaId: string): Promise<void> {
    await change(`DELETE FROM "media_uploads" WHERE "mediaId" = $1 AND "state" = 'writing'`, [
      mediaId,
    ]);
  }

  /** Finds a file of a session that can be sent. */
  async function find(ref: UploadRef, now: Date): Promise<StoredUpload | undefined> {
    const rows = await select(
      `SELECT ${MediaUpload.columns} FROM "media_uploads" WHERE "mediaId" = $1
       AND "sessionId" = $2 AND "accountId" = $3 AND "state" = 'stored' AND "expiresAt" > $4`,
      [ref.mediaId, ref.sessionId, ref.accountId, now],
    );
    return rows[0] && MediaUpload.decode(rows[0]);
  }

  /** Remembers where a file is on WhatsApp, until it expires. */
  async function savePlace(
    mediaId: string,
    place: Pick<NewRowOf<typeof MediaUpload>, 'placedAs' | 'sealedPlace'>,
    now: Date,
  ): Promise<void> {
    const { sets, values } = MediaUpload.assignment({ ...place, updatedAt: now }, 2);
    await change(`UPDATE "media_uploads" SET ${sets} WHERE "mediaId" = $1 AND "state" = 'stored'`, [
      mediaId,
      ...values,
    ]);
  }

  /** Lists files that have expired, and those that were never stored completely. */
  async function listExpired(now: Date, limit: number): Promise<RemovableUpload[]> {
    const rows = await select(
      `SELECT ${removable.columns} FROM "media_uploads" WHERE "expiresAt" <= $1
       ORDER BY "id" LIMIT ${limit}`,
      [now],
    );
    return rows.map(removable.decode);
  }

  /** Lists files whose session was deleted. */
  async function listOrphans(limit: number): Promise<RemovableUpload[]> {
    const rows = await select(
      `SELECT ${removable.columns} FROM "media_uploads" WHERE NOT EXISTS (SELECT 1 FROM "sessions"
       WHERE "sessions"."sessionId" = "media_uploads"."sessionId")
       ORDER BY "id" LIMIT ${limit}`,
      [],
    );
    return rows.map(removable.decode);
  }

  /** Deletes the row of a file; false if another node has. */
  async function remove({ id }: Pick<RemovableUpload, 'id'>): Promise<boolean> {
    return (await change(`DELETE FROM "media_uploads" WHERE "id" = $1`, [id])) === 1;
  }

  return { add, finish, giveUp, find, savePlace, listExpired, listOrphans, remove };
}
