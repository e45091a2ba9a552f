import type { SessionHost } from '../../../channels/session-contract.ts';
import type { MediaConnection } from '../../../domain/conversations/media-connection.ts';
import type { MediaContent, MediaKeys } from '../../../domain/conversations/message-content.ts';
import type { BoundedQueue } from '../../../lib/concurrency/bounded-queue.ts';
import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { GuardedClient } from '../../../lib/guarded-http/guarded-client.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { MediaStore } from '../../../storage/conversations/media-store.ts';
import type { UploadStore } from '../../../storage/conversations/upload-store.ts';
import type { FileStore } from '../../../storage/files/file-store.ts';

/** What to fetch from WhatsApp. */
export type Download = {
  readonly content: MediaContent;
  /** The largest file that is accepted. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
};

/** What to take to WhatsApp. */
type FileUpload = {
  readonly type: MediaContent['type'];
  /** Opens the file. It is read several times. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
  /** Asks WhatsApp where files go; for a new answer if the last one is no longer valid. */
  readonly connect: (isFresh: boolean) => Promise<MediaConnection>;
  readonly signal: AbortSignal;
};

/** What serving and sending the files of messages needs. Built once, by the composition root. */
export type MediaContext = {
  readonly media: MediaStore;
  /** Where new files are kept. */
  readonly files: FileStore;
  /** Where files may be, if the setting has changed. */
  readonly allFiles: readonly FileStore[];
  /**
   * Fetches a file and decrypts it. It is only verified when the last byte was returned without an error.
   * @throws {MediaError}
   */
  readonly fetchFile: (download: Download) => AsyncIterable<Uint8Array>;
  readonly uploads: UploadStore;
  /** Fetches a file from a URL that a customer typed. */
  readonly urls: Pick<GuardedClient, 'checkUrl' | 'get'>;
  /**
   * Encrypts a file and takes it to WhatsApp. Returns what a message says about it.
   * @throws {MediaError} `too_large`, `unavailable`; and what `open` and `connect` throw.
   */
  readonly sendFile: (upload: FileUpload) => Promise<MediaKeys>;
  readonly keeper: Pick<SessionHost, 'requestReupload' | 'connectMedia' | 'takeUp' | 'isKept'>;
  readonly sealer: Sealer;
  /** How many files are fetched at once. */
  readonly downloads: BoundedQueue;
  /** How many files are stored or taken to WhatsApp at once. */
  readonly uploading: BoundedQueue;
  /** How long files are kept, in days. */
  readonly retentionDays: number;
  /** The largest file that is accepted, in bytes. */
  readonly mostBytes: number;
  readonly now: Clock;
  readonly logger: Logger;
};
