import { realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import pRetry, { AbortError } from 'p-retry';
import sqlite3 from 'sqlite3';
import { loadSequelize } from '../../load-sequelize.ts';
import { quoteAll, toSqlTime, type Value } from '../../statement.ts';
import type { Dialect } from '../contract.ts';
import { sqliteSyntax } from '../syntax.ts';
import { transactSteps } from '../transact-steps.ts';
import { openConnection } from './connection.ts';
import { createDatabaseFile } from './create-database-file.ts';
import { takeFileLock } from './file-lock.ts';
import { type Arguments, createSqliteProcedures } from './procedures.ts';
import { createSequelizeDriver } from './sequelize-driver.ts';
import { toJson } from './to-json.ts';
import { createWriter } from './writer.ts';

const MIGRATION_WAIT_MS = 60_000;

/**
 * Opens SQLite in WAL mode with synchronous FULL, so that a confirmed write survives a power loss. All
 * writes go through one writer, including those of models and migrations.
 */
export async function openSqlite({ storage }: { readonly storage: string }): Promise<Dialect> {
  createDatabaseFile(storage);
  const identity = await identify(storage);
  const writing = await openConnection(storage, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
  await retryWhileBusy(() => writing.exec('PRAGMA journal_mode = WAL'));
  await writing.exec('PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
  await writing.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000;');
  const reading = await openConnection(storage, sqlite3.OPEN_READONLY);
  const writer = createWriter(writing);

  let journal: string | undefined;

  /** Confirmed writes are in the write-ahead log, which exists from the first write to the last close. */
  async function isJournalInPlace(): Promise<boolean> {
    const found = await identify(`${storage}-wal`);
    journal ??= found;
    return found === journal;
  }

  const change = (sql: string, values: readonly Value[]) =>
    writer.write((connection) => connection.run(sql, values.map(encode)));

  function openSequelize() {
    const { Sequelize } = loadSequelize();
    const dialectModule = createSequelizeDriver(writer, reading);
    return new Sequelize({ dialect: 'sqlite', storage, logging: false, dialectModule });
  }

  return {
    openSequelize,
    statements: {
      select: (sql, values) => reading.all(sql, values.map(encode)),
      change,
      insert: async (sql, values) => (await change(`${sql} ON CONFLICT DO NOTHING`, values)) === 1,
      insertAll: async ({ table, columns, rows }) => {
        const values = columns.map((_, index) => `value ->> ${index}`).join(', ');
        await change(
          `INSERT INTO "${table}" (${quoteAll(columns)}) SELECT ${values} FROM json_each($1)`,
          [toJson(rows.map((row) => row.map(encode)))],
        );
      },
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
    syntax: sqliteSyntax,
    procedures: createSqliteProcedures((kind, values) => writer.call(kind, encodeAll(values))),
    isInPlace: async () => (await identify(storage)) === identity && (await isJournalInPlace()),
    // Only one process serves the file, but a script may migrate it at the same time.
    withMigrationLock: (task) => migrateAlone(storage, task),
  };
}

/** A change of the journal mode fails at once while another process, such as a script, uses the file. */
function retryWhileBusy(task: () => Promise<void>): Promise<void> {
  const attempt = () =>
    task().catch((error: Error & { code?: string }) => {
      throw error.code === 'SQLITE_BUSY' ? error : new AbortError(error);
    });
  return pRetry(attempt, { retries: 100, minTimeout: 20, maxTimeout: 50, randomize: true });
}

/** Identifies the file at a path; undefined if there is none. A replaced file has another identity. */
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

/** The format that Sequelize writes too. All texts have the same length, so they sort like times. */
function encode(value: Value): string | number | null {
  return value instanceof Date ? `${toSqlTime(value)} +00:00` : value;
}

/** JSON has no times, and leaves out what is undefined, which the procedures read as NULL. */
function encodeAll(values: Arguments): object {
  const encoded = Object.entries(values).map(([name, value]) => [
    name,
    value instanceof Date ? encode(value) : value,
  ]);
  return Object.fromEntries(encoded);
}
