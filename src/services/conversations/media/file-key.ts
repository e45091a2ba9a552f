import { randomBytes } from 'node:crypto';
import { drawHexName } from '../../../lib/crypto/secrets.ts';
import type { StoredMedia } from '../../../storage/conversations/media-store.ts';
import type { MediaContext } from './context.ts';

/** A new file: where it is kept, and the key with which it is sealed. */
export type NewFile = Pick<
  StoredMedia,
  'storage' | 'storageKey' | 'sealedKey' | 'secretVersion'
> & { readonly fileKey: Buffer };

/** Where a file is kept. */
export type FilePlace = Pick<StoredMedia, 'storage' | 'storageKey'>;

const FILE_KEY_BYTES = 32;

/** Draws the key and the place of a new file. The key opens only for the same `owner`. */
export function draftFile(
  { files, sealer }: Pick<MediaContext, 'files' | 'sealer'>,
  { accountId, owner }: { readonly accountId: string; readonly owner: string },
): NewFile {
  const fileKey = randomBytes(FILE_KEY_BYTES);
  return {
    fileKey,
    storage: files.name,
    storageKey: draftStorageKey(accountId),
    sealedKey: sealer.seal(fileKey.toString('base64'), keyContext(owner)),
    secretVersion: sealer.version,
  };
}

/** @throws {SealError} if the secret key of that time is no longer there. */
export function openFileKey(
  { sealer }: Pick<MediaContext, 'sealer'>,
  { sealedKey }: Pick<NewFile, 'sealedKey'>,
  owner: string,
): Buffer {
  return Buffer.from(sealer.open(sealedKey, keyContext(owner)), 'base64');
}

/** Deletes a file, wherever it is kept. */
export async function removeFile(
  { allFiles }: Pick<MediaContext, 'allFiles'>,
  { storage, storageKey }: FilePlace,
): Promise<void> {
  await allFiles.find(({ name }) => name === storage)?.remove(storageKey);
}

/** Random, so that it says nothing of the message. The folders keep lists short. */
function draftStorageKey(accountId: string): string {
  const name = drawHexName(16);
  return `${accountId}/${name.slice(0, 2)}/${name}`;
}

const keyContext = (owner: string): string => `media:${owner}`;
