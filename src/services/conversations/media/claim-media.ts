import { randomBytes } from 'node:crypto';
import { drawHexName } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type {
  MediaClaim,
  MediaMessage,
  StoredMedia,
} from '../../../storage/conversations/media-store.ts';
import type { MediaContext } from './context.ts';

/** An attempt to fetch a file, and the key with which it will be sealed. */
export type Claim = MediaClaim & { readonly fileKey: Buffer };

/** How long fetching a file may take. Then another caller may try. */
export const FETCH_SECONDS = 180;

const FILE_KEY_BYTES = 32;

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
  const fileKey = randomBytes(FILE_KEY_BYTES);
  const claimId = drawHexName(12);
  const claim: MediaClaim = {
    accountId: message.accountId,
    sessionId: message.sessionId,
    messageRow: message.id,
    claimId,
    claimedUntil: addSeconds(now, FETCH_SECONDS),
    storage: ctx.files.name,
    storageKey: draftFileKey(message.accountId),
    sealedKey: ctx.sealer.seal(fileKey.toString('base64'), keyContext(claimId)),
    secretVersion: ctx.sealer.version,
  };
  const isOurs = await (seen ? ctx.media.reclaim(seen, claim, now) : ctx.media.claim(claim, now));
  if (isOurs && seen) await removeFile(ctx, seen);
  return isOurs ? { ...claim, fileKey } : undefined;
}

/** @throws {SealError} if the secret key of that time is no longer there. */
export function openFileKey({ sealer }: MediaContext, { sealedKey, claimId }: StoredMedia): Buffer {
  return Buffer.from(sealer.open(sealedKey, keyContext(claimId)), 'base64');
}

/** Deletes a file, wherever it is kept. */
export async function removeFile(
  { allFiles }: Pick<MediaContext, 'allFiles'>,
  { storage, storageKey }: Pick<StoredMedia, 'storage' | 'storageKey'>,
): Promise<void> {
  await allFiles.find(({ name }) => name === storage)?.remove(storageKey);
}

/** Random, so that it says nothing of the message. The folders keep lists short. */
function draftFileKey(accountId: string): string {
  const name = drawHexName(16);
  return `${accountId}/${name.slice(0, 2)}/${name}`;
}

const keyContext = (claimId: string): string => `media:${claimId}`;
