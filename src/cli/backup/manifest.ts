import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const MANIFEST = 'manifest.json';

/** A file of a backup, whose path is relative to its folder. */
const BackedUpFile = z.object({
  path: z.string().refine((path) => !path.split('/').includes('..') && !path.startsWith('/')),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type BackedUpFile = z.infer<typeof BackedUpFile>;

const Manifest = z.object({
  format: z.literal(1),
  /** The version of Waverify that made the backup. */
  version: z.string(),
  createdAt: z.iso.datetime(),
  dialect: z.enum(['sqlite', 'mysql', 'postgres']),
  /** The applied migrations, in their order. */
  migrations: z.array(z.string()).min(1),
  /** The versions of the secret keys under which rows are sealed or hashed. They say nothing about the keys. */
  secretVersions: z.array(z.string()),
  tables: z.array(z.object({ table: z.string(), rows: z.int().nonnegative(), digest: z.string() })),
  database: BackedUpFile,
  media: z.array(BackedUpFile),
  /** Files of messages that the database names and that were not copied. */
  mediaLeftOut: z.object({ missing: z.int(), inBucket: z.int() }),
});
export type Manifest = z.infer<typeof Manifest>;

const Sealed = z.object({ manifest: z.unknown(), sha256: z.string() });

/** A backup cannot be used. The message says why. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Writes the manifest of a backup, with its own checksum. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await open(join(folder, MANIFEST), 'wx', 0o600);
  try {
    const content = { manifest, sha256: checksumOf(manifest) };
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads the manifest of a backup. @throws {BackupError} if there is none, or it was changed. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: Error) => {
    throw new BackupError(
      `${folder} is not a backup: ${MANIFEST} cannot be read (${error.message})`,
    );
  });
  const damaged = new BackupError(`The backup is damaged: ${MANIFEST} was changed or cut off`);
  const sealed = Sealed.safeParse(parseJson(text));
  if (!sealed.success || checksumOf(sealed.data.manifest) !== sealed.data.sha256) throw damaged;
  const manifest = Manifest.safeParse(sealed.data.manifest);
  if (manifest.success) return manifest.data;
  throw new BackupError(
    `This version of Waverify cannot read the format of the backup. Use the version that made it.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checksumOf(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(content) ?? '')
    .digest('hex');
}

/** Describes a file of a backup. */
export async function describeFile(folder: string, path: string): Promise<BackedUpFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(join(folder, path)), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { path, bytes, sha256: hash.digest('hex') };
}

/** Checks that every file is there as it was written. @throws {BackupError} which names the first that is not. */
export async function checkFiles(folder: string, { database, media }: Manifest): Promise<void> {
  for (const expected of [database, ...media]) {
    const found = await describeFile(folder, expected.path).catch(() => undefined);
    if (found === undefined)
      throw new BackupError(`The backup is damaged: ${expected.path} is missing`);
    if (found.sha256 !== expected.sha256 || found.bytes !== expected.bytes) {
      throw new BackupError(`The backup is damaged: ${expected.path} was changed or cut off`);
    }
  }
}
