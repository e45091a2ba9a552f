import { randomBytes } from 'node:crypto';
import type { MediaConnection } from '../../../domain/conversations/media-connection.ts';
import { MediaError } from '../../../domain/conversations/media-error.ts';
import type { MediaKeys } from '../../../domain/conversations/message-content.ts';
import { encryptMedia, type Measured, measureMedia } from './encrypt-media.ts';
import type { MediaClient } from './media-client.ts';
import { MEDIA_KEY_BYTES, type MediaType } from './media-keys.ts';

export type MediaUpload = {
  readonly type: MediaType;
  /** Opens the file. It is read several times. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Asks WhatsApp where files go; for a new answer if the last one is no longer valid. */
  readonly connect: (isFresh: boolean) => Promise<MediaConnection>;
  readonly signal: AbortSignal;
};

type Attempt = Omit<MediaUpload, 'connect'> & {
  readonly mediaKey: Buffer;
  readonly measured: Measured;
};

/** WhatsApp no longer accepts the permission. */
class UnauthorizedError extends Error {}

/** As Baileys and the browser do it. Stickers are images. */
const PATHS: Readonly<Record<MediaType, string>> = {
  image: '/mms/image',
  video: '/mms/video',
  audio: '/mms/audio',
  document: '/mms/document',
  sticker: '/mms/image',
};

/**
 * Encrypts a file and takes it to WhatsApp: to the first of its hosts that accepts it. If the permission is no longer
 * valid, a new one is asked for, once. Returns what a message says about the file.
 * @throws {MediaError} `too_large`, `unavailable`; and what `open` and `connect` throw.
 */
export async function uploadMedia(
  client: Pick<MediaClient, 'upload'>,
  { connect, ...upload }: MediaUpload,
): Promise<MediaKeys> {
  const mediaKey = randomBytes(MEDIA_KEY_BYTES);
  const measured = await measureMedia(await upload.open(), { type: upload.type, mediaKey });
  const attempt = { ...upload, mediaKey, measured };
  const directPath = await tryHosts(client, attempt, await connect(false)).catch(
    async (error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error;
      return tryHosts(client, attempt, await connect(true)).catch(throwUnauthorized);
    },
  );
  return {
    mediaKey: mediaKey.toString('base64'),
    directPath,
    encSha256: measured.encSha256.toString('base64'),
    sha256: measured.sha256.toString('base64'),
  };
}

function throwUnauthorized(error: unknown): never {
  if (!(error instanceof UnauthorizedError)) throw error;
  throw new MediaError('unavailable', 'WhatsApp does not permit the upload', error);
}

async function tryHosts(
  client: Pick<MediaClient, 'upload'>,
  attempt: Attempt,
  { auth, hosts }: MediaConnection,
): Promise<string> {
  let fault = new MediaError('unavailable', 'WhatsApp named no host for files');
  for (const host of hosts) {
    try {
      return await tryHost(client, attempt, { auth, host });
    } catch (error) {
      const isOfHost = error instanceof MediaError && error.fault === 'unavailable';
      if (!isOfHost || attempt.signal.aborted) throw error;
      fault = error;
    }
  }
  throw fault;
}

/** Returns the path under which the file can be fetched. */
async function tryHost(
  client: Pick<MediaClient, 'upload'>,
  { type, open, mediaKey, measured, signal }: Attempt,
  { auth, host }: { readonly auth: string; readonly host: string },
): Promise<string> {
  const token = measured.encSha256.toString('base64url');
  const { status, text } = await client.upload({
    host,
    path: `${PATHS[type]}/${token}`,
    query: new URLSearchParams({ auth, token }),
    body: encryptMedia(await open(), { type, mediaKey }),
    bytes: measured.encryptedBytes,
    signal,
  });
  if (status === 401 || status === 403) throw new UnauthorizedError();
  if (status === 413) throw new MediaError('too_large', 'WhatsApp answered 413');
  if (status !== 200) throw new MediaError('unavailable', `WhatsApp answered ${status}`);
  return readDirectPath(text);
}

function readDirectPath(text: string): string {
  const answer = parse(text);
  const path = answer?.direct_path;
  if (typeof path === 'string' && path.startsWith('/')) return path;
  throw new MediaError('unavailable', 'WhatsApp did not say where the file is');
}

function parse(text: string): { readonly direct_path?: unknown } | null {
  try {
    return JSON.parse(text) as { readonly direct_path?: unknown } | null;
  } catch {
    return null;
  }
}
