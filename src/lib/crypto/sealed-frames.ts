import { createCipheriv, createDecipheriv } from 'node:crypto';

/** How much of a file one frame has. Only the last one may have less. */
const FRAME_BYTES = 65_536;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const ALGORITHM = 'aes-256-gcm';

/** A frame that was changed, moved or cut off. The message is for operators. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Bytes `start` to `end` of a file, both inclusive. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Encrypts a file in frames of 64 KiB, so that a part of it can be read without the rest. Frames are bound to their
 * place, and the last one is marked. `key` (32 bytes) must be used for this file only, since nonces count from 0.
 */
export async function* sealFrames(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
): AsyncGenerator<Buffer> {
  let index = 0;
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(Buffer.from(chunk));
    length += chunk.length;
    // A full frame waits for the next byte, because the last one is sealed differently.
    if (length <= FRAME_BYTES) continue;
    const bytes = Buffer.concat(waiting);
    const fullFrames = Math.ceil(length / FRAME_BYTES) - 1;
    for (let frame = 0; frame < fullFrames; frame += 1) {
      const at = frame * FRAME_BYTES;
      yield seal(key, index, bytes.subarray(at, at + FRAME_BYTES), 'middle');
      index += 1;
    }
    waiting = [bytes.subarray(fullFrames * FRAME_BYTES)];
    length = waiting[0]?.length ?? 0;
  }
  yield seal(key, index, Buffer.concat(waiting), 'last');
}

/** Which bytes of a sealed file have a range of the file. Both are inclusive, too. */
export function toSealedRange({ start, end }: ByteRange, sizeBytes: number): ByteRange {
  const sealedFrame = FRAME_BYTES + TAG_BYTES;
  const lastByte = toSealedSize(sizeBytes) - 1;
  const endOfFrame = (Math.floor(end / FRAME_BYTES) + 1) * sealedFrame - 1;
  return {
    start: Math.floor(start / FRAME_BYTES) * sealedFrame,
    end: Math.min(endOfFrame, lastByte),
  };
}

/** How many bytes a file has when it is sealed. */
export function toSealedSize(sizeBytes: number): number {
  return sizeBytes + countFrames(sizeBytes) * TAG_BYTES;
}

type Wanted = {
  readonly key: Uint8Array;
  /** The size of the whole file. */
  readonly sizeBytes: number;
  readonly range: ByteRange;
};

/**
 * Decrypts a range of a file. `sealed` has the bytes of `toSealedRange`, and no others.
 * @throws {FrameError}
 */
export async function* openFrames(
  sealed: AsyncIterable<Uint8Array>,
  { key, sizeBytes, range }: Wanted,
): AsyncGenerator<Buffer> {
  const last = countFrames(sizeBytes) - 1;
  let index = Math.floor(range.start / FRAME_BYTES);
  for await (const frame of cut(sealed, FRAME_BYTES + TAG_BYTES)) {
    const bytes = open(key, index, frame, index === last ? 'last' : 'middle');
    const at = index * FRAME_BYTES;
    yield bytes.subarray(Math.max(0, range.start - at), Math.max(0, range.end + 1 - at));
    index += 1;
  }
  if (index <= Math.floor(range.end / FRAME_BYTES)) throw new FrameError('the file is cut off');
}

/** An empty file has one frame. */
function countFrames(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / FRAME_BYTES));
}

async function* cut(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= size) {
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
  }
  if (rest.length > 0) yield rest;
}

type Place = 'middle' | 'last';

function seal(key: Uint8Array, index: number, plaintext: Buffer, place: Place): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonceOf(index), { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, index: number, frame: Buffer, place: Place): Buffer {
  if (frame.length < TAG_BYTES) throw new FrameError(`frame ${index} is cut off`);
  const tagAt = frame.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, nonceOf(index), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(frame.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(frame.subarray(0, tagAt)), decipher.final()]);
  } catch (cause) {
    throw new FrameError(`frame ${index} was changed`, { cause });
  }
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(index, NONCE_BYTES - 4);
  return nonce;
}
