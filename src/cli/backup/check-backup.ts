import { migrationNames } from '../../../database/migration-names.ts';
import type { Staging, TableDigest } from '../../storage/backup/contract.ts';
import { openCopier } from '../../storage/backup/open-copier.ts';
import type { BackupContext } from './context.ts';
import { BackupError, checkFiles, type Manifest, readManifest } from './manifest.ts';

/**
 * Reads a backup and checks, before anything is touched, that it is whole and for this database and version.
 * @throws {BackupError}
 */
export async function readBackup({ config }: BackupContext, from: string): Promise<Manifest> {
  const manifest = await readManifest(from);
  const { dialect } = config.database;
  if (manifest.dialect !== dialect) {
    throw new BackupError(
      `The backup is of ${NAMES[manifest.dialect]}, and the configured database is ${NAMES[dialect]}. Restore it to a database of the same kind`,
    );
  }
  const unknown = manifest.migrations.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) {
    throw new BackupError(
      `The backup was made by Waverify ${manifest.version}, which is newer than this one (it has the migration ${unknown.at(-1)}). Update Waverify first`,
    );
  }
  await checkFiles(from, manifest);
  return manifest;
}

const NAMES = { sqlite: 'SQLite', mysql: 'MySQL or MariaDB', postgres: 'PostgreSQL' };

/**
 * Loads a backup into a new database beside the configured one, and checks that every table has the rows of the
 * manifest. The caller drops it. @throws {BackupError}
 */
export async function stageBackup(
  { config, environment }: BackupContext,
  from: string,
  manifest: Manifest,
): Promise<Staging> {
  const copier = await openCopier(config.database, environment);
  const staging = await copier.stage(`${from}/${manifest.database.path}`);
  try {
    const found = await staging.readDigests(manifest.tables.map(({ table }) => table));
    assertSame(manifest.tables, found);
    return staging;
  } catch (error) {
    await staging.drop();
    throw error;
  }
}

function assertSame(expected: readonly TableDigest[], found: readonly TableDigest[]): void {
  const byName = new Map(found.map((one) => [one.table, one]));
  for (const { table, rows, digest } of expected) {
    const loaded = byName.get(table);
    if (loaded?.rows !== rows) {
      throw new BackupError(
        `The table ${table} has ${loaded?.rows ?? 'no'} rows after loading, and had ${rows} in the backup`,
      );
    }
    if (loaded.digest !== digest) {
      throw new BackupError(`The table ${table} has other rows after loading than in the backup`);
    }
  }
}

/**
 * Tries a backup out: loads it into a temporary database, compares every table with the manifest, and drops it.
 * @throws {BackupError} if it could not be restored.
 */
export async function verifyBackup(ctx: BackupContext, from: string): Promise<Manifest> {
  const manifest = await readBackup(ctx, from);
  const staging = await stageBackup(ctx, from, manifest);
  await staging.drop();
  return manifest;
}
