import { PLAIN_BYTES } from '../../../domain/conversations/media.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField, overloaded } from '../../../domain/refusal.ts';
import { sealFrames } from '../../../lib/crypto/sealed-frames.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { StoredUpload } from '../../../storage/conversations/upload-store.ts';
import type { MediaContext } from '../media/context.ts';
import { draftFile, removeFile } from '../media/file-key.ts';
import { createFindings } from '../media/findings.ts';

type Session = { readonly sessionId: string; readonly accountId: string };

/** A file as it arrives. */
export type Incoming = {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the caller calls its type. It counts only for files without a signature, such as texts. */
  readonly statedType: string | undefined;
};

/** A file that can be sent. */
export type Upload = Pick<StoredUpload, 'mediaId' | 'storage' | 'storageKey' | 'sealedKey'> &
  Session & {
    readonly mimeType: string;
    readonly sizeBytes: number;
    /** Hexadecimal. */
    readonly sha256: string;
    readonly expiresAt: Date;
  };

const MEDIA_ID_BYTES = 24;
const MEBIBYTE = 1024 * 1024;

/** A file that is not complete by then belongs to a node that died. */
const WRITING_SECONDS = 3600;

/** How long a file can be sent. */
const DAY_SECONDS = 86_400;

/** A type without parameters. */
const TYPE = /^[a-z0-9][\w.+-]{0,48}\/[a-z0-9][\w.+-]{0,48}$/;

/** These have a signature, or are not what they are called. */
const WITH_SIGNATURE = /^(?:image|video|audio)\//;

/**
 * Stores a file that is to be sent, sealed, while it arrives. After a failure nothing is left of it.
 * @throws {AppError} `payload_too_large`, `validation_failed` for an empty file, `overloaded`; and what reading it throws.
 */
export async function storeUpload(
  ctx: MediaContext,
  session: Session,
  incoming: Incoming,
): Promise<Upload> {
  const slot = ctx.uploading.acquire({ credential: session.accountId, address: '' });
  if (!slot) throw overloaded(ctx.uploading.retryAfterSeconds());
  try {
    return await slot.run(() => write(ctx, session, incoming));
  } finally {
    slot.release();
  }
}

async function write(
  ctx: MediaContext,
  { sessionId, accountId }: Session,
  { bytes, statedType }: Incoming,
): Promise<Upload> {
  const mediaId = randomId(MEDIA_ID_BYTES);
  const { fileKey, ...file } = draftFile(ctx, { accountId, owner: mediaId });
  const row = { ...file, mediaId, accountId, sessionId };
  await ctx.uploads.add({ ...row, expiresAt: addSeconds(ctx.now(), WRITING_SECONDS) }, ctx.now());
  try {
    const findings = createFindings();
    const bounded = findings.watch(limit(bytes, ctx.mostBytes));
    await ctx.files.write(file.storageKey, sealFrames(bounded, fileKey));
    const { mimeType, ...seen } = await findings.read();
    if (seen.sizeBytes === 0) throw invalidField('file', 'must not be empty', 'required');
    const found = {
      ...{ ...seen, mimeType: mimeType ?? toType(statedType) },
      expiresAt: addSeconds(ctx.now(), DAY_SECONDS),
    };
    if (await ctx.uploads.finish(mediaId, found, ctx.now())) return { ...row, ...found };
    throw new Error('the file was removed while it was stored');
  } catch (error) {
    await removeFile(ctx, file);
    await ctx.uploads.giveUp(mediaId);
    throw error;
  }
}

async function* limit(
  bytes: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > mostBytes) throw tooLarge(mostBytes);
    yield chunk;
  }
}

/** The error for a file that is larger than `mostBytes`. */
export function tooLarge(mostBytes: number): AppError {
  const message = `The file may have at most ${Math.floor(mostBytes / MEBIBYTE)} MB`;
  return new AppError('payload_too_large', message);
}

function toType(stated: string | undefined): string {
  const type = stated?.split(';')[0]?.trim().toLowerCase() ?? '';
  return TYPE.test(type) && !WITH_SIGNATURE.test(type) ? type : PLAIN_BYTES;
}
