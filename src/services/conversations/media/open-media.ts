import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from '../../../domain/access/caller.ts';
import { MediaError, type MediaFault } from '../../../domain/conversations/media-error.ts';
import { AppError, type ErrorCode } from '../../../domain/errors.ts';
import { overloaded } from '../../../domain/refusal.ts';
import type { ByteRange } from '../../../lib/crypto/sealed-frames.ts';
import type { StoredMedia } from '../../../storage/conversations/media-store.ts';
import { claimMedia } from './claim-media.ts';
import type { MediaContext } from './context.ts';
import { type NewFile, openFileKey } from './file-key.ts';
import { type Found, findMediaMessage, type MediaRef } from './find-media-message.ts';
import { openSealedFile } from './sealed-file.ts';
import { storeMedia } from './store-media.ts';

/** A file that can be read. */
export type OpenMedia = {
  /** Found in its bytes. */
  readonly mimeType: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** What the sender calls it. */
  readonly fileName: string | undefined;
  /** Decrypts a part of it. Fails while it is read if it was changed on the disk. */
  read(range: ByteRange): Promise<AsyncIterable<Uint8Array>>;
};

type StoredFile = Omit<NewFile, 'fileKey'> &
  Pick<StoredMedia, 'mimeType' | 'sizeBytes' | 'sha256'> & {
    /** For whom its key was sealed. */
    readonly owner: string;
  };

/** How often to look whether another caller has fetched a file, and for how long. */
const POLL_MS = 250;
const LONGEST_WAIT_MS = 60_000;

const CODES = {
  gone: 'media_gone',
  corrupt: 'media_corrupt',
  too_large: 'media_too_large',
  unavailable: 'media_unavailable',
} as const satisfies Record<MediaFault, ErrorCode>;

/**
 * Opens the file of a message. It is fetched from WhatsApp when it is asked for the first time, and then kept for some
 * days. Concurrent callers fetch it once.
 * @throws {AppError} as `findMediaMessage`; `media_gone`, `media_corrupt`, `media_too_large`, `media_unavailable`;
 * `overloaded` if too many files are being fetched.
 */
export async function openMedia(
  ctx: MediaContext,
  caller: Caller,
  ref: MediaRef,
): Promise<OpenMedia> {
  const found = await findMediaMessage(ctx, caller, ref);
  const uploaded = await openUploaded(ctx, found);
  if (uploaded) return uploaded;
  const givesUpAt = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < givesUpAt) {
    const row = await ctx.media.find(found.message.id);
    const opened = await openCurrent(ctx, row, found);
    if (opened) return opened;
    if (row && isBusy(row, ctx.now())) await pause(POLL_MS);
    else await fetchMissing(ctx, found, row);
  }
  throw toAppError('unavailable');
}

async function openCurrent(
  ctx: MediaContext,
  row: StoredMedia | undefined,
  found: Found,
): Promise<OpenMedia | undefined> {
  if (!row || !isCurrent(row, ctx.now())) return undefined;
  if (row.state === 'gone') throw toAppError('gone');
  return openStored(ctx, { ...row, owner: row.claimId }, found);
}

/** Whether a row says where the file is, or that it is gone. */
function isCurrent({ state, expiresAt }: StoredMedia, now: Date): boolean {
  return state !== 'fetching' && expiresAt !== undefined && expiresAt > now;
}

function isBusy({ state, claimedUntil }: StoredMedia, now: Date): boolean {
  return state === 'fetching' && claimedUntil > now;
}

/** Undefined if the file is not where it should be: another node may keep its own. */
async function openStored(
  ctx: MediaContext,
  row: StoredFile,
  { content }: Found,
): Promise<OpenMedia | undefined> {
  const { owner, sizeBytes = 0, mimeType = '', sha256 = '' } = row;
  const key = openFileKey(ctx, row, owner);
  const readPart = await openSealedFile(ctx, { ...row, sizeBytes, key });
  if (!readPart) return undefined;
  const { fileName } = content;
  return {
    ...{ mimeType, sizeBytes, sha256, fileName },
    async read(range) {
      const bytes = await readPart(range);
      if (!bytes) throw toAppError('unavailable');
      return bytes;
    },
  };
}

/** What the session has sent is read from the file that was uploaded, as long as that is kept. */
async function openUploaded(
  ctx: MediaContext,
  { message, content }: Found,
): Promise<OpenMedia | undefined> {
  const { mediaId, sessionId, accountId } = message;
  if (mediaId === undefined) return undefined;
  const upload = await ctx.uploads.find({ mediaId, sessionId, accountId }, ctx.now());
  return upload && openStored(ctx, { ...upload, owner: mediaId }, { message, content });
}

/** Fetches the file, unless another caller is faster. */
async function fetchMissing(
  ctx: MediaContext,
  found: Found,
  row: StoredMedia | undefined,
): Promise<void> {
  const slot = ctx.downloads.acquire();
  if (!slot) throw overloaded(ctx.downloads.retryAfterSeconds());
  try {
    const claim = await claimMedia(ctx, found.message, row);
    if (claim) await slot.run(() => storeMedia(ctx, found, claim));
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    const { messageId, sessionId } = found.message;
    ctx.logger.warn({ err: error, messageId, sessionId }, 'could not fetch a file from WhatsApp');
    throw toAppError(error.fault, error);
  } finally {
    slot.release();
  }
}

const SENTENCES: Readonly<Record<MediaFault, string>> = {
  gone: 'The file is no longer on WhatsApp, and the phone of the session did not upload it again.',
  corrupt: 'WhatsApp returned a file that is not the one of the message.',
  too_large: 'The file is larger than permitted.',
  unavailable: 'The file could not be fetched from WhatsApp. Try again.',
};

function toAppError(fault: MediaFault, cause?: unknown): AppError {
  return new AppError(CODES[fault], SENTENCES[fault], { cause });
}
