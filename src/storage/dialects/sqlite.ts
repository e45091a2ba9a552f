import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Sequelize } from 'sequelize';
import sqlite3 from 'sqlite3';
import { toSqlTime, type Value } from '../statement.ts';
import { claimByUpsert } from './claim-by-upsert.ts';
import type { Dialect } from './contract.ts';
import { openConnection } from './sqlite-connection.ts';
import { createWriter } from './sqlite-writer.ts';
import { transactSteps } from './transact-steps.ts';

/**
 * SQLite in WAL mode with synchronous FULL, so that an answered write survives a power loss.
 * The hot path has a writer and a reader of its own; the models use Sequelize's connection.
 */
export async function openSqlite({ storage }: { readonly storage: string }): Promise<Dialect> {
  mkdirSync(dirname(storage), { recursive: true });
  // Phone numbers lie in it. SQLite gives the files beside it the same mode.
  closeSync(openSync(storage, 'a', 0o600));
  const writing = await openConnection(storage, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
  await writing.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  await writing.exec('PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000;');
  const reading = await openConnection(storage, sqlite3.OPEN_READONLY);
  const writer = createWriter(writing);
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    storage,
    logging: false,
    hooks: { afterConnect: (connection) => waitForLocks(connection as sqlite3.Database) },
  });

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
    // Not as a whole: a savepoint halves the rate of claims, and all that a process which dies within
    // a refused one leaves behind is a point too many, never one too few.
    claim: (claims, now) =>
      writer.write((connection) =>
        claimByUpsert((sql, values) => connection.all(sql, values.map(encode)), claims, now),
      ),
    // The file belongs to one process: the README says so, and nothing here could hold two apart.
    withMigrationLock: (task) => task(),
  };
}

function waitForLocks(connection: sqlite3.Database): void {
  connection.configure('busyTimeout', 5000);
  connection.run('PRAGMA synchronous = FULL');
}

/** The text that Sequelize writes too; of one length, so that texts compare as times do. */
function encode(value: Value): string | number | null {
  return value instanceof Date ? `${toSqlTime(value)} +00:00` : value;
}
