import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { drawHexName } from '../../lib/crypto/secrets.ts';
import { syncPath } from '../../lib/files/sync-path.ts';
import { VERSION } from '../../lib/version.ts';
import { listMigrations, listOwnTables, openCopier } from '../../storage/backup/open-copier.ts';
import { listSecretVersions } from '../../storage/backup/sealed-rows.ts';
import { LONG } from '../../storage/backup/staging-server.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { describeOpenFault } from '../../storage/describe-open-fault.ts';
import type { BackupContext } from './context.ts';
import { BackupError, describeFile, type Manifest, writeManifest } from './manifest.ts';
import { copyMedia } from './media-files.ts';

/**
 * Copies the database and the files of messages to a new folder, while nodes use them. The folder has its name only
 * when everything is on the disk.
 * @throws {BackupError} if the folder exists, or there is nothing to back up; {CopyError} if a program is missing.
 */
export async function createBackup(ctx: BackupContext, to: string): Promise<Manifest> {
  const target = resolve(to);
  if (existsSync(target))
    throw new BackupError(`${target} already exists. Choose a folder that does not exist`);
  const unfinished = `${target}.unfinished-${drawHexName(4)}`;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await mkdir(unfinished, { mode: 0o700 });
  try {
    const manifest = await withSource(ctx, (database) => copyAll(ctx, database, unfinished));
    await writeManifest(unfinished, manifest);
    await syncPath(unfinished);
    if (existsSync(target)) throw new BackupError(`${target} was created meanwhile`);
    await rename(unfinished, target);
    await syncPath(dirname(target));
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Opens the database while no process can migrate it. */
async function withSource<T>(
  { config }: BackupContext,
  task: (database: Database) => Promise<T>,
): Promise<T> {
  const { database: where } = config;
  // Opening an SQLite file would create it.
  if (where.dialect === 'sqlite' && !existsSync(where.storage)) {
    throw new BackupError(`There is no database at ${where.storage}`);
  }
  const database = await openDatabase(where, LONG);
  try {
    return await database.withMigrationLock(() => task(database));
  } catch (error) {
    throw describeOpenFault(where, error);
  } finally {
    await database.close();
  }
}

async function copyAll(ctx: BackupContext, database: Database, folder: string): Promise<Manifest> {
  const tables = await listOwnTables(database);
  if (tables.length === 0)
    throw new BackupError('The database is empty: there is nothing to back up');
  const copier = await openCopier(ctx.config.database, ctx.environment);
  const createdAt = ctx.now().toISOString();
  const migrations = await listMigrations(database);
  const secretVersions = await listSecretVersions(database, tables);
  const digests = await copier.copyTo(`${folder}/${copier.fileName}`, tables);
  await chmod(`${folder}/${copier.fileName}`, 0o600);
  await syncPath(`${folder}/${copier.fileName}`);
  const { media, leftOut } = await copyMedia(ctx, database, tables, folder);
  return {
    ...{ format: 1, version: VERSION, createdAt, dialect: ctx.config.database.dialect },
    ...{ migrations, secretVersions, tables: digests },
    database: await describeFile(folder, copier.fileName),
    media,
    mediaLeftOut: leftOut,
  };
}
