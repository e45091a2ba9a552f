import { hkdfSync } from 'node:crypto';
import type { MediaContent } from '../../../domain/conversations/message-content.ts';

export type MediaType = MediaContent['type'];

/** What a file is encrypted and authenticated with. */
export type FileKeys = {
  readonly iv: Buffer;
  readonly cipherKey: Buffer;
  readonly macKey: Buffer;
};

/** WhatsApp derives the keys of a file from its media key and its kind. Stickers are images. */
const KEY_INFO: Readonly<Record<MediaType, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
  sticker: 'WhatsApp Image Keys',
};

export const CIPHER = 'aes-256-cbc';
export const MEDIA_KEY_BYTES = 32;
export const MAC_BYTES = 10;
export const BLOCK_BYTES = 16;

/** Derives the keys of a file from its media key (32 bytes). */
export function deriveFileKeys(mediaKey: Uint8Array, type: MediaType): FileKeys {
  const keys = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), KEY_INFO[type], 112));
  return {
    iv: keys.subarray(0, 16),
    cipherKey: keys.subarray(16, 48),
    macKey: keys.subarray(48, 80),
  };
}
