import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import pRetry, { AbortError } from 'p-retry';
import { Sequelize } from 'sequelize';
import sqlite3 from 'sqlite3';
import { toSqlTime, type Value } from '../../statement.ts';
import { consumeByUpsert } from '../consume-by-upsert.ts';
import type { Dialect } from '../contract.ts';
import { transactSteps } from '../transact-steps.ts';
import { openConnection } from './connection.ts';
import { createDatabaseFile } from './create-database-file.ts';
import { takeFileLock } from './file-lock.ts';
import { createSequelizeDriver } from './sequelize-driver.ts';
import { createWriter } from './writer.ts';

const MIGRATION_WAIT_MS = 60_000;

/**
 * SQLite in WAL mode with synchronous FULL, so that an answered write survives a power loss.
 * All writes go through one writer, those of models and migrations too.
 */
export async function openSqlite({ storage }: { readonly storage: string }): Promise<Dialect> {
  createDatabaseFile(storage);
  const identity = await identify(storage);
  const writing = await openConnection(storage, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
  await retryWhileBusy(() => writing.exec('PRAGMA journal_mode = WAL'));
  await writing.exec('PRAGMA synchronous = FULL');
  await writing.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000;');
  const reading = await openConnection(storage, sqlite3.OPEN_READONLY);
  const writer = createWriter(writing);
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage,
    logging: false,
    dialectModule: createSequelizeDriver(writer, reading),
  });

  let journal: string | undefined;

  /** The write-ahead log keeps what was answered: it is there from the first write to the last close. */
  async function isJournalInPlace(): Promise<boolean> {
    const found = await identify(`${storage}-wal`);
    journal ??= found;
    return found === journal;
  }

  const change = (sql: string, values: readonly Value[]) =>
    writer.write((connection) => connection.run(sql, values.map(encode)));

  return {
    sequelize,
    statements: {
      select: (sql, values) => reading.all(sql, values.map(encode)),
      change,
      insert: async (sql, values) => (await change(`${sql} ON CONFLICT DO NOTHING`, values)) === 1,
      transact: (steps) =>
        transactSteps(steps, (task) =>
          writer.writeWhole((connection) =>
            task((sql, values) => connection.run(sql, values.map(encode))),
          ),
        ),
      async close() {
        await writer.settle();
        await reading.close();
        await writing.close();
      },
    },
    // Not as a whole: a savepoint halves the rate of hits, and all that a process which dies within
    // a refused one leaves behind is a point too many, never one too few.
    consume: (hits, now) =>
      writer.write((connection) =>
        consumeByUpsert((sql, values) => connection.all(sql, values.map(encode)), hits, now),
      ),
    isInPlace: async () => (await identify(storage)) === identity && (await isJournalInPlace()),
    // One process serves the file, but a script may migrate it at the same moment.
    withMigrationLock: (task) => migrateAlone(storage, task),
  };
}

/** SQLite does not wait for others when it changes the journal mode; a script may open a new file too. */
function retryWhileBusy(task: () => Promise<void>): Promise<void> {
  const attempt = () =>
    task().catch((error: Error & { code?: string }) => {
      throw error.code === 'SQLITE_BUSY' ? error : new AbortError(error);
    });
  return pRetry(attempt, { retries: 100, minTimeout: 20, maxTimeout: 50, randomize: true });
}

/** The file that a path leads to: another one after it was replaced, none after it was deleted. */
async function identify(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

async function migrateAlone<T>(storage: string, task: () => Promise<T>): Promise<T> {
  const lock = await takeFileLock(`${realpathSync(storage)}-migration-lock`, MIGRATION_WAIT_MS);
  if (!lock.isHeld) throw new Error('Another process is migrating this database');
  try {
    return await task();
  } finally {
    await lock.release();
  }
}

/** The text that Sequelize writes too; of one length, so that texts compare as times do. */
function encode(value: Value): string | number | null {
  return value instanceof Date ? `${toSqlTime(value)} +00:00` : value;
}
