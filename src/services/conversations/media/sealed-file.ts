import { type ByteRange, openFrames, toSealedRange } from '../../../lib/crypto/sealed-frames.ts';
import type { MediaContext } from './context.ts';
import type { FilePlace } from './file-key.ts';

type SealedFile = FilePlace & { readonly sizeBytes: number; readonly key: Buffer };

/** Reads a part of a file; undefined if the file is no longer there. It fails while it is read if it was changed. */
export type ReadPart = (range: ByteRange) => Promise<AsyncIterable<Uint8Array> | undefined>;

/** Opens a file; undefined if it is not where it should be: another node may keep its own. */
export async function openSealedFile(
  { allFiles }: Pick<MediaContext, 'allFiles'>,
  { storage, storageKey, sizeBytes, key }: SealedFile,
): Promise<ReadPart | undefined> {
  const files = allFiles.find(({ name }) => name === storage);
  const first = toSealedRange({ start: 0, end: 0 }, sizeBytes);
  const isThere = await files?.read(storageKey, { start: first.start, end: first.start });
  if (!files || !isThere) return undefined;
  await discard(isThere);
  return async (range) => {
    const sealed = await files.read(storageKey, toSealedRange(range, sizeBytes));
    return sealed && openFrames(sealed, { key, sizeBytes, range });
  };
}

async function discard(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes) return;
}
