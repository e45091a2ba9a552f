import { MediaError } from '../../../domain/conversations/media-error.ts';
import type { MediaKeys } from '../../../domain/conversations/message-content.ts';
import type { MediaKind } from '../../../domain/conversations/outgoing-media.ts';
import { AppError } from '../../../domain/errors.ts';
import { overloaded } from '../../../domain/refusal.ts';
import { createDeadline } from '../../../lib/concurrency/deadline.ts';
import { SealError } from '../../../lib/crypto/encryption.ts';
import type { MediaContext } from '../media/context.ts';
import { openUpload } from './find-upload.ts';
import type { Upload } from './store-upload.ts';

/** How long taking a file to WhatsApp may take. */
const UPLOAD_MS = 60_000;

const RETRY_SECONDS = 5;

/**
 * Takes a file to WhatsApp, unless it is there for this kind of message already. Returns what a message says about it.
 * @throws {AppError} `media_unavailable`, `media_too_large`, `media_elsewhere`, `overloaded`.
 * @throws {ChannelError} if the session is not connected.
 */
export async function placeUpload(
  ctx: MediaContext,
  upload: Upload,
  kind: MediaKind,
): Promise<MediaKeys> {
  const known = await findPlace(ctx, upload, kind);
  if (known) return known;
  const { accountId, mediaId } = upload;
  const slot = ctx.uploading.acquire({ credential: accountId, address: '' });
  if (!slot) throw overloaded(ctx.uploading.retryAfterSeconds());
  try {
    const keys = await slot.run(() => take(ctx, upload, kind));
    const sealedPlace = ctx.sealer.seal(JSON.stringify(keys), placeContext(mediaId));
    await ctx.uploads.savePlace(mediaId, { placedAs: kind, sealedPlace }, ctx.now());
    return keys;
  } finally {
    slot.release();
  }
}

async function findPlace(
  ctx: MediaContext,
  { mediaId, sessionId, accountId }: Upload,
  kind: MediaKind,
): Promise<MediaKeys | undefined> {
  const found = await ctx.uploads.find({ mediaId, sessionId, accountId }, ctx.now());
  if (found?.placedAs !== kind || found.sealedPlace === undefined) return undefined;
  try {
    return JSON.parse(ctx.sealer.open(found.sealedPlace, placeContext(mediaId))) as MediaKeys;
  } catch (error) {
    // The secret key was replaced: it goes to WhatsApp again.
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

async function take(ctx: MediaContext, upload: Upload, kind: MediaKind): Promise<MediaKeys> {
  const { sessionId, accountId, mediaId } = upload;
  const { keeper } = ctx;
  if (!keeper.isKept({ sessionId, accountId })) await keeper.takeUp({ sessionId, accountId });
  const deadline = createDeadline(UPLOAD_MS);
  try {
    return await ctx.sendFile({
      type: kind,
      open: () => openUpload(ctx, upload),
      connect: (isFresh) => keeper.connectMedia(sessionId, isFresh),
      signal: deadline.signal,
    });
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    ctx.logger.warn({ err: error, sessionId, mediaId }, 'could not upload a file to WhatsApp');
    throw toAppError(error);
  } finally {
    deadline.clear();
  }
}

function toAppError(error: MediaError): AppError {
  const { fault, message, cause } = error;
  // Why reading our own file failed, or what stands for it.
  if (cause instanceof AppError) return cause;
  if (fault === 'too_large') {
    return new AppError('media_too_large', 'WhatsApp refuses the file because of its size', {
      cause: error,
    });
  }
  return new AppError('media_unavailable', `WhatsApp did not accept the file: ${message}`, {
    retryAfterSeconds: RETRY_SECONDS,
    cause: error,
  });
}

const placeContext = (mediaId: string): string => `media-place:${mediaId}`;
