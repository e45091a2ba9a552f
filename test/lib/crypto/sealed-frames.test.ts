import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type ByteRange,
  FrameError,
  openFrames,
  sealFrames,
  toSealedRange,
  toSealedSize,
} from '../../../src/lib/crypto/sealed-frames.ts';

const FRAME = 65_536;
const key = randomBytes(32);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const seal = (bytes: Buffer, piece = 10_000) => collect(sealFrames(inPieces(bytes, piece), key));

function open(sealed: Buffer, sizeBytes: number, range: ByteRange): Promise<Buffer> {
  const { start, end } = toSealedRange(range, sizeBytes);
  const part = sealed.subarray(start, end + 1);
  return collect(openFrames(inPieces(part, 7777), { key, sizeBytes, range }));
}

const whole = (size: number): ByteRange => ({ start: 0, end: Math.max(0, size - 1) });

describe('sealed frames', () => {
  it.each([0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 5])(
    'opens what was sealed, with %i bytes',
    async (size) => {
      const bytes = randomBytes(size);
      for (const piece of [1000, FRAME, 5 * FRAME]) {
        const sealed = await seal(bytes, piece);
        expect(sealed.length).toBe(toSealedSize(size));
        expect((await open(sealed, size, whole(size))).equals(bytes)).toBe(true);
      }
    },
  );

  it.each([
    [0, 0],
    [5, 9],
    [FRAME - 1, FRAME],
    [FRAME, 2 * FRAME - 1],
    [100, 3 * FRAME],
    [3 * FRAME, 3 * FRAME + 4],
  ])('opens bytes %i to %i alone', async (start, end) => {
    const bytes = randomBytes(3 * FRAME + 5);
    const part = await open(await seal(bytes), bytes.length, { start, end });
    expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it('opens nothing that was changed, cut off, moved or sealed with another key', async () => {
    const size = 2 * FRAME + 5;
    const sealed = await seal(randomBytes(size));
    const flipped = Buffer.from(sealed);
    flipped[70_000] = (flipped[70_000] ?? 0) ^ 1;
    const step = FRAME + 16;
    const moved = Buffer.concat([
      sealed.subarray(step, 2 * step),
      sealed.subarray(0, step),
      sealed.subarray(2 * step),
    ]);
    for (const bad of [flipped, moved, sealed.subarray(0, 2 * step), sealed.subarray(0, -1)]) {
      await expect(open(bad, size, whole(size))).rejects.toThrow(FrameError);
    }
    // A file that ends with a full frame is not the beginning of a longer one.
    await expect(open(sealed.subarray(0, step), FRAME, whole(FRAME))).rejects.toThrow(FrameError);
    const other = openFrames(inPieces(sealed, 1000), {
      key: randomBytes(32),
      sizeBytes: size,
      range: whole(size),
    });
    await expect(collect(other)).rejects.toThrow(FrameError);
  });
});
