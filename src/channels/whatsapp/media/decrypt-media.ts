import { createDecipheriv, createHash, createHmac, type Decipher } from 'node:crypto';
import { MediaError } from '../../../domain/conversations/media-error.ts';
import type { MediaKeys } from '../../../domain/conversations/message-content.ts';
import {
  BLOCK_BYTES,
  CIPHER,
  deriveFileKeys,
  MAC_BYTES,
  MEDIA_KEY_BYTES,
  type MediaType,
} from './media-keys.ts';

type Options = {
  readonly type: MediaType;
  readonly keys: Pick<MediaKeys, 'mediaKey' | 'encSha256' | 'sha256'>;
  /** The largest file that is accepted. */
  readonly mostBytes: number;
};

/**
 * Decrypts a file while it arrives. Until the last byte was returned, nothing of it is verified: use it only if the
 * generator ends without an error. Then the MAC, the hash of the encrypted file and that of the file are right.
 * @throws {MediaError} `corrupt`, `too_large`
 */
export async function* decryptMedia(
  encrypted: AsyncIterable<Uint8Array>,
  { type, keys, mostBytes }: Options,
): AsyncGenerator<Buffer> {
  const { iv, decipher, mac } = deriveKeys(keys.mediaKey, type);
  const encryptedHash = createHash('sha256');
  const hash = createHash('sha256');
  mac.update(iv);
  let tail: Buffer = Buffer.alloc(0);
  let size = 0;

  for await (const chunk of encrypted) {
    size += chunk.length;
    if (size > mostBytes + BLOCK_BYTES + MAC_BYTES) throw tooLarge(mostBytes);
    encryptedHash.update(chunk);
    const bytes = Buffer.concat([tail, chunk]);
    // The MAC follows the encrypted file, and any byte may be the last one.
    const body = bytes.subarray(0, Math.max(0, bytes.length - MAC_BYTES));
    tail = Buffer.from(bytes.subarray(body.length));
    mac.update(body);
    const plain = decipher.update(body);
    hash.update(plain);
    if (plain.length > 0) yield plain;
  }

  const last = finish(decipher);
  hash.update(last);
  const isIntact =
    mac.digest().subarray(0, MAC_BYTES).equals(tail) &&
    encryptedHash.digest('base64') === keys.encSha256 &&
    hash.digest('base64') === keys.sha256;
  if (!isIntact) throw new MediaError('corrupt', 'the file is not what the message describes');
  if (last.length > 0) yield last;
}

function deriveKeys(mediaKey: string, type: MediaType) {
  const secret = Buffer.from(mediaKey, 'base64');
  if (secret.length !== MEDIA_KEY_BYTES) {
    throw new MediaError('corrupt', 'the message has no valid media key');
  }
  const { iv, cipherKey, macKey } = deriveFileKeys(secret, type);
  return {
    iv,
    decipher: createDecipheriv(CIPHER, cipherKey, iv),
    mac: createHmac('sha256', macKey),
  };
}

function finish(decipher: Decipher): Buffer {
  try {
    return decipher.final();
  } catch (cause) {
    throw new MediaError('corrupt', 'the file is cut off or was changed', cause);
  }
}

function tooLarge(mostBytes: number): MediaError {
  return new MediaError('too_large', `the file is larger than ${mostBytes} bytes`);
}
