import type { MediaState } from '../../../domain/conversations/media.ts';
import { integer, nullable, serial, string, text, time, unique } from '../../columns.ts';
import type { FileStore } from '../../files/file-store.ts';
import { table } from '../../table.ts';

/** The file of a message, from the first attempt to fetch it. */
export class Media extends table('media', {
  id: serial,
  accountId: string(36),
  sessionId: string(128),
  // The message, which may be deleted before its file is.
  messageRow: unique(integer),
  state: string<MediaState>(10),
  // The attempt to fetch it, and until when no other may start.
  claimId: string(24),
  claimedUntil: time,
  storage: string<FileStore['name']>(8),
  storageKey: string(120),
  // The key of this file only, sealed.
  sealedKey: text,
  secretVersion: string(16),
  // Found in the bytes, not what the sender states.
  mimeType: nullable(string(100)),
  sizeBytes: nullable(integer),
  // Hexadecimal, of the file.
  sha256: nullable(string(64)),
  // When the file is deleted, or when WhatsApp is asked again for one that is gone.
  expiresAt: nullable(time),
  createdAt: time,
  updatedAt: time,
}) {}
