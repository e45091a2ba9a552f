import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hkdf, hmacSha256, sha256 } from '../wire/crypto.ts';

export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';
export type BlobKind = MediaKind | 'md-msg-hist';

const INFO: Readonly<Record<BlobKind, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  audio: 'WhatsApp Audio Keys',
  document: 'WhatsApp Document Keys',
  sticker: 'WhatsApp Image Keys',
  'md-msg-hist': 'WhatsApp History Keys',
};
const RETRY_INFO = 'WhatsApp Media Retry Notification';
const MAC_BYTES = 10;

/** What a message says of a file, so that its readers can fetch and open it. */
type MediaReference = {
  readonly mediaKey: Buffer;
  readonly fileSha256: Buffer;
  readonly fileEncSha256: Buffer;
  readonly fileLength: number;
};

/** Encrypts a file under a fresh key; `blob` is what the media host keeps. */
export function sealMedia(plain: Buffer, kind: BlobKind) {
  const mediaKey = randomBytes(32);
  const { iv, cipherKey, macKey } = keysOf(mediaKey, kind);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const blob = Buffer.concat([ciphertext, macOf(macKey, iv, ciphertext)]);
  const reference: MediaReference = {
    mediaKey,
    fileSha256: sha256(plain),
    fileEncSha256: sha256(blob),
    fileLength: plain.length,
  };
  return { blob, reference };
}

type Wanted = {
  readonly kind: BlobKind;
  readonly mediaKey: Uint8Array;
  readonly fileSha256: Uint8Array;
  readonly fileEncSha256: Uint8Array;
};

/** Opens a file as a phone does. @throws when the MAC or one of both hashes is not right. */
export function openMedia(blob: Buffer, wanted: Wanted): Buffer {
  if (!sha256(blob).equals(wanted.fileEncSha256)) throw new Error('the hash of the blob is wrong');
  const { iv, cipherKey, macKey } = keysOf(wanted.mediaKey, wanted.kind);
  const ciphertext = blob.subarray(0, -MAC_BYTES);
  if (!macOf(macKey, iv, ciphertext).equals(blob.subarray(-MAC_BYTES))) {
    throw new Error('the MAC of the blob is wrong');
  }
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
  const plain = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  if (!sha256(plain).equals(wanted.fileSha256)) throw new Error('the hash of the file is wrong');
  return plain;
}

/** The key under which a device asks a phone for a file again, and gets its new place. */
export const retryKeyOf = (mediaKey: Uint8Array): Buffer =>
  hkdf(mediaKey, { length: 32, info: RETRY_INFO });

function keysOf(mediaKey: Uint8Array, kind: BlobKind) {
  const keys = hkdf(mediaKey, { length: 112, info: INFO[kind] });
  return {
    iv: keys.subarray(0, 16),
    cipherKey: keys.subarray(16, 48),
    macKey: keys.subarray(48, 80),
  };
}

function macOf(macKey: Buffer, iv: Buffer, ciphertext: Buffer): Buffer {
  return hmacSha256(macKey, Buffer.concat([iv, ciphertext])).subarray(0, MAC_BYTES);
}
