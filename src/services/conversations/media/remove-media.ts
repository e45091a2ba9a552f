import type { MediaContext } from './context.ts';
import { type FilePlace, removeFile } from './file-key.ts';

type RemovalContext = Pick<MediaContext, 'media' | 'uploads' | 'allFiles' | 'now' | 'logger'>;

const BATCH = 200;

/** Files of one table that no one may read any longer. */
type Removal<File extends FilePlace> = {
  readonly list: () => Promise<readonly File[]>;
  /** Deletes the row of a file; false if another caller has, or the file is needed again. */
  readonly remove: (file: File) => Promise<boolean>;
};

/** Deletes files that have expired, of messages and those that were to be sent. Returns how many. Several nodes may do it at once. */
export async function removeExpiredMedia(ctx: RemovalContext): Promise<number> {
  const { media, uploads, now } = ctx;
  const fetched = { list: () => media.listExpired(now(), BATCH), remove: media.remove };
  const uploaded = { list: () => uploads.listExpired(now(), BATCH), remove: uploads.remove };
  return (await removeAll(ctx, fetched)) + (await removeAll(ctx, uploaded));
}

/** Deletes files whose message or session was deleted, or whose message lost its content. Returns how many. */
export async function removeOrphanedMedia(ctx: RemovalContext): Promise<number> {
  const { media, uploads } = ctx;
  const fetched = { list: () => media.listOrphans(BATCH), remove: media.remove };
  const uploaded = { list: () => uploads.listOrphans(BATCH), remove: uploads.remove };
  return (await removeAll(ctx, fetched)) + (await removeAll(ctx, uploaded));
}

async function removeAll<File extends FilePlace>(
  ctx: RemovalContext,
  { list, remove }: Removal<File>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = await list();
    const outcomes = await Promise.all(batch.map((one) => removeOne(ctx, one, remove)));
    const count = outcomes.filter(Boolean).length;
    removed += count;
    // What fails is tried again with the next run.
    if (batch.length < BATCH || count === 0) return removed;
  }
}

/** The file first: without its row, no one would find it. */
async function removeOne<File extends FilePlace>(
  ctx: RemovalContext,
  one: File,
  remove: Removal<File>['remove'],
): Promise<boolean> {
  try {
    await removeFile(ctx, one);
    return await remove(one);
  } catch (err) {
    ctx.logger.error({ err }, 'could not delete a file of a message');
    return false;
  }
}
