import { drawHexName } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type {
  MediaClaim,
  MediaMessage,
  StoredMedia,
} from '../../../storage/conversations/media-store.ts';
import type { MediaContext } from './context.ts';
import { draftFile, type NewFile, removeFile } from './file-key.ts';

/** An attempt to fetch a file, and the key with which it will be sealed. */
export type Claim = MediaClaim & Pick<NewFile, 'fileKey'>;

/** How long fetching a file may take. Then another caller may try. */
export const FETCH_SECONDS = 180;

/**
 * Starts to fetch a file, unless another caller does. `seen` is the row that the caller has read.
 * Each attempt has a key and a place of its own, so that one that was given up cannot damage the next one.
 */
export async function claimMedia(
  ctx: MediaContext,
  message: MediaMessage,
  seen: StoredMedia | undefined,
): Promise<Claim | undefined> {
  const now = ctx.now();
  const claimId = drawHexName(12);
  const { accountId } = message;
  const { fileKey, ...file } = draftFile(ctx, { accountId, owner: claimId });
  const claim: MediaClaim = {
    accountId,
    sessionId: message.sessionId,
    messageRow: message.id,
    claimId,
    claimedUntil: addSeconds(now, FETCH_SECONDS),
    ...file,
  };
  const isOurs = await (seen ? ctx.media.reclaim(seen, claim, now) : ctx.media.claim(claim, now));
  if (isOurs && seen) await removeFile(ctx, seen);
  return isOurs ? { ...claim, fileKey } : undefined;
}
