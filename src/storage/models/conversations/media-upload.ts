import type { MediaContent } from '../../../domain/conversations/message-content.ts';
import { integer, nullable, serial, string, text, time, unique } from '../../columns.ts';
import type { FileStore } from '../../files/file-store.ts';
import { table } from '../../table.ts';

/** A file that is to be sent, from the moment at which it is being stored. */
export class MediaUpload extends table('media_uploads', {
  id: serial,
  // Random, so that no one can guess it.
  mediaId: unique(string(40)),
  accountId: string(36),
  sessionId: string(128),
  state: string<'writing' | 'stored'>(10),
  storage: string<FileStore['name']>(8),
  storageKey: string(120),
  // The key of this file only, sealed.
  sealedKey: text,
  secretVersion: string(16),
  // Found in the bytes, or else what the caller states.
  mimeType: nullable(string(100)),
  sizeBytes: nullable(integer),
  // Hexadecimal, of the file.
  sha256: nullable(string(64)),
  // The kind of message for which it is on WhatsApp, and where; sealed, with the key.
  placedAs: nullable(string<MediaContent['type']>(10)),
  sealedPlace: nullable(text),
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
}) {}
