import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { MediaContext } from '../media/context.ts';
import { openFileKey } from '../media/file-key.ts';
import { openSealedFile } from '../media/sealed-file.ts';
import type { Upload } from './store-upload.ts';

type Session = { readonly sessionId: string; readonly accountId: string };

/** @throws {AppError} `validation_failed` for a file that the session does not have, or no longer. */
export async function getUpload(
  ctx: MediaContext,
  { sessionId, accountId }: Session,
  mediaId: string,
): Promise<Upload> {
  const found = await ctx.uploads.find({ mediaId, sessionId, accountId }, ctx.now());
  if (!found) {
    throw invalidField(
      'mediaId',
      'must be a file that was uploaded to this session in the last day',
    );
  }
  const { mimeType = '', sizeBytes = 0, sha256 = '' } = found;
  return { ...found, mimeType, sizeBytes, sha256 };
}

/** Opens a file from its beginning. @throws {AppError} `media_elsewhere` */
export async function openUpload(
  ctx: MediaContext,
  upload: Upload,
): Promise<AsyncIterable<Uint8Array>> {
  const key = openFileKey(ctx, upload, upload.mediaId);
  const readPart = await openSealedFile(ctx, { ...upload, key });
  const bytes = await readPart?.({ start: 0, end: upload.sizeBytes - 1 });
  if (bytes) return bytes;
  throw new AppError(
    'media_elsewhere',
    'The file is on another node. Upload it again, or let all nodes share MEDIA_PATH or a bucket.',
  );
}
