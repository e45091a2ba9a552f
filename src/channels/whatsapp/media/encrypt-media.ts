import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { CIPHER, deriveFileKeys, MAC_BYTES, type MediaType } from './media-keys.ts';

type Options = {
  readonly type: MediaType;
  /** 32 random bytes, for this file only. */
  readonly mediaKey: Uint8Array;
};

/** What the message of a file says about it, before it is uploaded. */
export type Measured = {
  readonly encSha256: Buffer;
  readonly sha256: Buffer;
  /** Of the encrypted file. */
  readonly encryptedBytes: number;
};

/** Encrypts a file as WhatsApp's clients do: AES-CBC, followed by a part of a MAC. The same key gives the same bytes. */
export async function* encryptMedia(
  plain: AsyncIterable<Uint8Array>,
  { type, mediaKey }: Options,
): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = deriveFileKeys(mediaKey, type);
  const cipher = createCipheriv(CIPHER, cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  for await (const chunk of plain) {
    const encrypted = cipher.update(chunk);
    mac.update(encrypted);
    if (encrypted.length > 0) yield encrypted;
  }
  const last = cipher.final();
  mac.update(last);
  yield Buffer.concat([last, mac.digest().subarray(0, MAC_BYTES)]);
}

/**
 * Encrypts a file without keeping it. WhatsApp wants to know the hash of the encrypted file before the file, so that it
 * is encrypted twice: a file of 64 MB neither fits in memory nor may lie on the disk unsealed.
 */
export async function measureMedia(
  plain: AsyncIterable<Uint8Array>,
  options: Options,
): Promise<Measured> {
  const [hash, encryptedHash] = [createHash('sha256'), createHash('sha256')];
  let encryptedBytes = 0;

  async function* watch() {
    for await (const chunk of plain) {
      hash.update(chunk);
      yield chunk;
    }
  }

  for await (const chunk of encryptMedia(watch(), options)) {
    encryptedHash.update(chunk);
    encryptedBytes += chunk.length;
  }
  return { encSha256: encryptedHash.digest(), sha256: hash.digest(), encryptedBytes };
}
