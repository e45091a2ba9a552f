import { resolve } from 'node:path';
import { withMigrator } from '../../../database/migrate.ts';
import { toMarkPath } from '../../app/join-nodes.ts';
import { createMarkFiles } from '../../lib/files/mark-files.ts';
import { createLogger } from '../../lib/logger.ts';
import { createRestoreWatch } from '../../services/operations/restore-watch.ts';
import type { Staging } from '../../storage/backup/contract.ts';
import { toEndOfPast } from '../../storage/backup/end-past.ts';
import { listOwnTables } from '../../storage/backup/open-copier.ts';
import { LONG } from '../../storage/backup/staging-server.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { describeOpenFault } from '../../storage/describe-open-fault.ts';
import { acquireOfflineUse } from '../../storage/exclusive-use.ts';
import { findFaultCode } from '../../storage/fault-reason.ts';
import { createEpochStore } from '../../storage/operations/epoch-store.ts';
import { createNodeStore } from '../../storage/operations/node-store.ts';
import { readBackup, stageBackup } from './check-backup.ts';
import { findSealFault } from './check-secret-key.ts';
import type { BackupContext } from './context.ts';
import { BackupError, type Manifest } from './manifest.ts';
import { findLostMedia, restoreMedia } from './media-files.ts';

type Options = {
  /** Replaces a database that has tables of Waverify. */
  readonly force: boolean;
  readonly connect: boolean;
  readonly redeliver: boolean;
};

/**
 * Replaces the database by a backup. Everything happens in a database beside it, which takes its place at the end:
 * until then, and if this process is killed, the old one stays as it was.
 * @throws {BackupError} if the backup cannot be used, or the database has data; if a node serves the database.
 */
export async function restoreBackup(
  ctx: BackupContext,
  from: string,
  options: Options,
): Promise<Manifest> {
  const folder = resolve(from);
  const { database: target } = ctx.config;
  const manifest = await readBackup(ctx, folder);
  const use = await acquireOfflineUse(target);
  try {
    const known = await inspectTarget(ctx, options);
    ctx.print('The backup is whole. Loading it into a new database');
    const staging = await stageBackup(ctx, folder, manifest);
    try {
      await restoreMedia(ctx, folder, manifest);
      await prepare(ctx, staging, { ...options, epoch: known.epoch });
      // A node may have started in the meantime.
      await (await acquireOfflineUse(target)).release();
      await staging.replaceTarget();
    } finally {
      await staging.drop();
    }
    return manifest;
  } finally {
    await use.release();
  }
}

/** Damaged files of SQLite, which a restore replaces. */
const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/** Reads what the new database must go beyond. @throws {BackupError} if the database has data, unless it may be replaced. */
async function inspectTarget(
  { config }: BackupContext,
  { force }: Options,
): Promise<{ readonly epoch: number }> {
  try {
    const database = await openDatabase(config.database);
    try {
      const tables = await listOwnTables(database);
      if (tables.length > 0 && !force) {
        throw new BackupError(
          'The database already has tables of Waverify. To replace them and delete their data, add --force',
        );
      }
      const hasEpochs = tables.includes('epochs');
      return { epoch: hasEpochs ? await createEpochStore(database).read() : 0 };
    } finally {
      await database.close();
    }
  } catch (error) {
    if (force && DAMAGED.has(findFaultCode(error) ?? '')) return { epoch: 0 };
    throw describeOpenFault(config.database, error);
  }
}

/** Brings a loaded database up to date, checks that it can be read, and ends its past. */
async function prepare(
  ctx: BackupContext,
  { config }: Staging,
  options: Options & { readonly epoch: number },
): Promise<void> {
  await withMigrator(config, (schema) => schema.up());
  const database = await openDatabase(config, LONG);
  try {
    const fault = await findSealFault(ctx, database);
    if (fault !== undefined) {
      throw new BackupError(
        `SECRET_KEY cannot decrypt the data of the backup: ${fault}. Set the SECRET_KEY that was in use when the backup was made`,
      );
    }
    await endPast(ctx, database, options);
  } finally {
    await database.close();
  }
}

async function endPast(
  ctx: BackupContext,
  database: Database,
  { connect, redeliver, epoch }: Options & { readonly epoch: number },
): Promise<void> {
  const { now, config } = ctx;
  const epochs = createEpochStore(database);
  const watch = createRestoreWatch({
    ...{ epochs, nodes: createNodeStore(database), now },
    files: createMarkFiles(toMarkPath(config)),
    logger: createLogger('silent'),
  });
  const lostFiles = await findLostMedia(ctx, database);
  const steps = toEndOfPast({ connect, redeliver, lostFiles }, now());
  const seen = await epochs.read();
  const hasEnded = await watch.endPast(seen, epoch, 'all', steps);
  if (!hasEnded) throw new Error('Another process uses the new database');
}
