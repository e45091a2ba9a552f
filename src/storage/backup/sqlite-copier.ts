import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { chmod, readdir, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sqlite3 from 'sqlite3';
import { syncPath } from '../../lib/files/sync-path.ts';
import { createOwnerId, isProcessDead } from '../../lib/process-identity.ts';
import { openConnection, type SqliteConnection } from '../dialects/sqlite/connection.ts';
import { type Copier, CopyError, type Staging, type TableDigest } from './contract.ts';
import { createRowDigests } from './row-digest.ts';

const PRIVATE_FILE = 0o600;

/** How many rows are in memory at once. */
const ROWS_AT_ONCE = 1000;

/** Between the name of a database and that of the process that restores it. */
const STAGED = '.restore-';

/** What SQLite keeps beside a file. */
const COMPANIONS = ['-wal', '-shm'];

const DAMAGED = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

/**
 * Copies an SQLite file by `VACUUM INTO`, which reads it at one moment while others write, and leaves out pages that
 * are free: what was erased is not in the copy.
 */
export function createSqliteCopier(storage: string): Copier {
  return {
    fileName: 'database.sqlite',

    async copyTo(file, tables) {
      // SQLite writes into an empty file, and would create one that other users can read.
      closeSync(openSync(file, 'wx', PRIVATE_FILE));
      await withConnection(storage, sqlite3.OPEN_READONLY, (source) =>
        source.exec(`VACUUM INTO '${file.replaceAll("'", "''")}'`),
      );
      return readFileDigests(file, tables);
    },

    async stage(file) {
      const target = existsSync(storage) ? realpathSync(storage) : resolve(storage);
      await removeLeftovers(target);
      const staged = `${target}${STAGED}${createOwnerId()}`;
      copyFileSync(file, staged, constants.COPYFILE_EXCL);
      await chmod(staged, PRIVATE_FILE);
      return createStaging(staged, target);
    },
  };
}

function createStaging(staged: string, target: string): Staging {
  return {
    config: { dialect: 'sqlite', storage: staged },
    readDigests: (tables) => readFileDigests(staged, tables),

    async replaceTarget() {
      await emptyJournal(staged);
      await syncPath(staged);
      // The journal of the old file would be applied to the new one, so the old file must be whole without it.
      await emptyJournal(target).catch((error: Error & { code?: string }) => {
        if (!DAMAGED.has(error.code ?? '')) throw error;
      });
      for (const companion of COMPANIONS) rmSync(target + companion, { force: true });
      await rename(staged, target);
      await syncPath(dirname(target));
    },

    drop: () => removeFiles(staged, () => true),
  };
}

/** Reads a file that no one writes. @throws {CopyError} if it is damaged. */
async function readFileDigests(file: string, tables: readonly string[]): Promise<TableDigest[]> {
  return withConnection(file, sqlite3.OPEN_READONLY, async (connection) => {
    const [answer] = await connection.all('PRAGMA integrity_check(1)', []);
    if (answer?.['integrity_check'] !== 'ok') throw new CopyError(`${file} is damaged`);
    const digests = createRowDigests(tables);
    for (const table of tables) await addRows(connection, table, (row) => digests.add(table, row));
    return digests.list();
  });
}

async function addRows(
  connection: SqliteConnection,
  table: string,
  add: (row: string) => void,
): Promise<void> {
  let last = 0;
  for (;;) {
    const rows = await connection.all(
      `SELECT *, rowid AS "rowid#" FROM "${table}" WHERE rowid > $1 ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
      [last],
    );
    for (const { 'rowid#': _, ...row } of rows) add(JSON.stringify(row));
    if (rows.length < ROWS_AT_ONCE) return;
    last = Number(rows.at(-1)?.['rowid#']);
  }
}

/** Writes the journal of a file into the file. */
function emptyJournal(file: string): Promise<void> {
  return withConnection(file, sqlite3.OPEN_READWRITE, async (connection) => {
    const [answer] = await connection.all('PRAGMA wal_checkpoint(TRUNCATE)', []);
    if (answer?.['busy'] !== 0) throw new CopyError(`${file} is in use by another program`);
  });
}

async function withConnection<T>(
  file: string,
  mode: number,
  task: (connection: SqliteConnection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(file, mode);
  try {
    return await task(connection);
  } finally {
    await connection.close();
  }
}

/** Removes what restores that were killed have left. */
function removeLeftovers(target: string): Promise<void> {
  return removeFiles(target + STAGED, isProcessDead);
}

/** Removes the files whose path begins with `start`, if `isDue` says so of the rest of their name. */
async function removeFiles(start: string, isDue: (rest: string) => boolean): Promise<void> {
  const folder = dirname(start);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (path.startsWith(start) && isDue(path.slice(start.length))) rmSync(path, { force: true });
  }
}
