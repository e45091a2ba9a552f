import type { SessionHost } from '../../../channels/session-contract.ts';
import type { MediaContent } from '../../../domain/conversations/message-content.ts';
import type { BoundedQueue } from '../../../lib/concurrency/bounded-queue.ts';
import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import type { MediaStore } from '../../../storage/conversations/media-store.ts';
import type { FileStore } from '../../../storage/files/file-store.ts';

/** What to fetch from WhatsApp. */
export type Download = {
  readonly content: MediaContent;
  /** The largest file that is accepted. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
};

/** What serving the files of messages needs. Built once, by the composition root. */
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
  readonly keeper: Pick<SessionHost, 'requestReupload' | 'takeUp' | 'isKept'>;
  readonly sealer: Sealer;
  /** How many files are fetched at once. */
  readonly downloads: BoundedQueue;
  /** How long files are kept, in days. */
  readonly retentionDays: number;
  /** The largest file that is accepted, in bytes. */
  readonly mostBytes: number;
  readonly now: Clock;
  readonly logger: Logger;
};
