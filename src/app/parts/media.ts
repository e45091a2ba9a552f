import type { SessionHost } from '../../channels/session-contract.ts';
import { decryptMedia } from '../../channels/whatsapp/media/decrypt-media.ts';
import { createMediaClient, type MediaClient } from '../../channels/whatsapp/media/media-client.ts';
import { uploadMedia } from '../../channels/whatsapp/media/upload-media.ts';
import { createBoundedQueue } from '../../lib/concurrency/bounded-queue.ts';
import { createSealer } from '../../lib/crypto/encryption.ts';
import { createGuardedClient } from '../../lib/guarded-http/guarded-client.ts';
import type { Download, MediaContext } from '../../services/conversations/media/context.ts';
import { createLocalFiles } from '../../storage/files/local-files.ts';
import { createS3Files } from '../../storage/files/s3-files.ts';
import type { Infrastructure } from '../infrastructure.ts';

/** Each holds a few hundred kilobytes while it runs. */
const DOWNLOADS = { concurrency: 4, queueLimit: 60 };
/** More, because a slow client occupies one while it sends its file. */
const UPLOADS = { concurrency: 8, queueLimit: 8 };

/** Fetches the files of messages when they are asked for, and takes those to WhatsApp that are to be sent. */
export function buildMedia(
  { config, platform, stores, secretKeys }: Infrastructure,
  keeper: SessionHost,
) {
  const { path, s3, retentionDays, mostBytes } = config.media;
  const { WHATSAPP_MEDIA_HOST: host } = config.channels.values;
  const client = createMediaClient({ host, ca: platform.mediaCertificate });
  const { allowedNetworks } = config.media;
  const urls = createGuardedClient({ allowedNetworks, setting: 'MEDIA_ALLOWED_NETWORKS' });
  const folder = createLocalFiles(path);
  const bucket = s3 && createS3Files(s3);
  const context: MediaContext = {
    ...{ media: stores.media, uploads: stores.uploads, urls },
    files: bucket ?? folder,
    // Also where they were before the setting was changed.
    allFiles: bucket ? [bucket, folder] : [folder],
    fetchFile: (download) => fetchFile(client, download),
    sendFile: (upload) => uploadMedia(client, upload),
    keeper,
    sealer: createSealer(secretKeys, 'conversation'),
    downloads: createBoundedQueue(DOWNLOADS),
    uploading: createBoundedQueue(UPLOADS),
    ...{ retentionDays, mostBytes },
    ...{ logger: platform.logger, now: platform.now },
  };
  return {
    context,
    async close(): Promise<void> {
      await Promise.all([client.close(), urls.close()]);
    },
  };
}

async function* fetchFile(
  client: MediaClient,
  { content, mostBytes, signal }: Download,
): AsyncGenerator<Uint8Array> {
  const { type, keys } = content;
  const body = await client.fetch({ directPath: keys.directPath, mostBytes, signal });
  yield* decryptMedia(body, { type, keys, mostBytes });
}
