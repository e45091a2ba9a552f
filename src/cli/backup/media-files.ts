import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listNamedFiles, type NamedFile } from '../../storage/backup/named-files.ts';
import { listOwnTables } from '../../storage/backup/open-copier.ts';
import type { Database } from '../../storage/database.ts';
import type { FileStore } from '../../storage/files/file-store.ts';
import { createLocalFiles } from '../../storage/files/local-files.ts';
import type { BackupContext } from './context.ts';
import type { BackedUpFile, Manifest } from './manifest.ts';

const FOLDER = 'media';

/** A whole file, however large it is. */
const WHOLE = { start: 0, end: Number.MAX_SAFE_INTEGER };

/** Copies the files of messages that the database names. Those in a bucket are left there. */
export async function copyMedia(
  { config }: BackupContext,
  database: Database,
  tables: readonly string[],
  folder: string,
) {
  const leftOut = { missing: 0, inBucket: 0 };
  const media: BackedUpFile[] = [];
  const source = createLocalFiles(config.media.path);
  const target = createLocalFiles(join(folder, FOLDER));
  for await (const { storage, storageKey } of listNamedFiles(database, tables)) {
    if (storage !== 'local') {
      leftOut.inBucket += 1;
      continue;
    }
    // A file that expires meanwhile is missing.
    const copied = await copyFile(source, target, storageKey);
    if (copied) media.push({ path: `${FOLDER}/${storageKey}`, ...copied });
    else leftOut.missing += 1;
  }
  return { media, leftOut };
}

async function copyFile(source: FileStore, target: FileStore, key: string) {
  const content = await source.read(key, WHOLE);
  if (!content) return undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await target.write(key, measure(content));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // It was deleted meanwhile.
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };

  async function* measure(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
}

/** Puts the files of a backup into MEDIA_PATH. Existing ones stay: the name of a file is used once. */
export async function restoreMedia(
  { config }: BackupContext,
  from: string,
  { media }: Manifest,
): Promise<void> {
  const target = createLocalFiles(config.media.path);
  for (const { path, bytes } of media) {
    const key = path.slice(FOLDER.length + 1);
    if (await hasFile(config.media.path, key, bytes)) continue;
    await target.remove(key);
    await target.write(key, createReadStream(join(from, path)));
  }
}

async function hasFile(folder: string, key: string, bytes: number): Promise<boolean> {
  const found = await stat(join(folder, key)).catch(() => undefined);
  return found?.size === bytes;
}

/** Lists the files that a migrated database names and that are not in MEDIA_PATH. */
export async function findLostMedia(
  { config }: BackupContext,
  database: Database,
): Promise<NamedFile[]> {
  const lost: NamedFile[] = [];
  for await (const file of listNamedFiles(database, await listOwnTables(database))) {
    if (await isLost(config.media.path, file)) lost.push(file);
  }
  return lost;
}

async function isLost(folder: string, { storage, storageKey }: NamedFile): Promise<boolean> {
  if (storage !== 'local') return false;
  return (await stat(join(folder, storageKey)).catch(() => undefined)) === undefined;
}
