import type { RemovableMedia } from '../../../storage/conversations/media-store.ts';
import { removeFile } from './claim-media.ts';
import type { MediaContext } from './context.ts';

type RemovalContext = Pick<MediaContext, 'media' | 'allFiles' | 'now' | 'logger'>;

const BATCH = 200;

/** Deletes files that have expired. Returns how many. Several nodes may do it at once. */
export function removeExpiredMedia(ctx: RemovalContext): Promise<number> {
  return removeAll(ctx, () => ctx.media.listExpired(ctx.now(), BATCH));
}

/** Deletes files whose message was deleted or lost its content. Returns how many. */
export function removeOrphanedMedia(ctx: RemovalContext): Promise<number> {
  return removeAll(ctx, () => ctx.media.listOrphans(BATCH));
}

async function removeAll(
  ctx: RemovalContext,
  list: () => Promise<readonly RemovableMedia[]>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = await list();
    const outcomes = await Promise.all(batch.map((one) => removeOne(ctx, one)));
    const count = outcomes.filter(Boolean).length;
    removed += count;
    // What fails is tried again with the next run.
    if (batch.length < BATCH || count === 0) return removed;
  }
}

/** The file first: without its row, no one would find it. */
async function removeOne(ctx: RemovalContext, one: RemovableMedia): Promise<boolean> {
  try {
    await removeFile(ctx, one);
    return await ctx.media.remove(one);
  } catch (err) {
    ctx.logger.error({ err }, 'could not delete a file of a message');
    return false;
  }
}
