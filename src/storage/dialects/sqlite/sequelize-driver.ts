import sqlite3 from 'sqlite3';
import { createColumnTypes } from './column-types.ts';
import type { SqliteConnection } from './connection.ts';
import type { createWriter } from './writer.ts';

type Done = (this: unknown, error: Error | null, rows?: unknown) => void;

const READS = /^\s*(SELECT|PRAGMA\s+[a-z_]+\s*(\(|;|$))/i;

/**
 * Replaces the `sqlite3` package for Sequelize. It opens no connection: models and migrations read
 * from the reader and write through the writer. A second writing connection would wait in SQLite's busy
 * handler, which polls: with four writers, p90 was 132 ms instead of 4 ms. Transactions of Sequelize are
 * rejected, because they would include statements of other callers.
 */
export function createSequelizeDriver(
  writer: ReturnType<typeof createWriter>,
  reading: SqliteConnection,
) {
  const columnTypes = createColumnTypes(reading);

  async function execute(method: 'run' | 'all', sql: string, parameters: unknown) {
    if (/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)/i.test(sql)) {
      const message = 'Use statements.transact, because the connection to SQLite is shared';
      throw Object.assign(new Error(message), { code: 'SQLITE_MISUSE' });
    }
    const types = columnTypes.find(sql);
    if (types) return types;
    const isRead = method === 'all' && READS.test(sql);
    if (isRead) return reading.once(method, sql, parameters);
    const answer = await writer.write((connection) => connection.once(method, sql, parameters));
    columnTypes.noteStatement(sql);
    return answer;
  }

  function call(method: 'run' | 'all', sql: string, parameters: unknown, done: Done): void {
    execute(method, sql, parameters).then(
      ({ context, rows }) => done.call(context, null, rows),
      (error: Error) => done.call(undefined, error),
    );
  }

  class Database {
    constructor(_file: string, _mode: number, opened: Done) {
      queueMicrotask(() => opened.call(this, null));
    }
    serialize(task: () => unknown): void {
      task();
    }
    /** Without `done`, this is a setting that Sequelize makes when it connects; ours are already made. */
    run(sql: string, parameters?: unknown, done?: Done): void {
      if (done) call('run', sql, parameters, done);
    }
    all(sql: string, ...rest: [Done] | [unknown, Done]): void {
      const [parameters, done] = rest.length === 1 ? [[], rest[0]] : rest;
      call('all', sql, parameters, done);
    }
    close(done?: Done): void {
      done?.call(this, null);
    }
  }

  const { OPEN_READWRITE, OPEN_CREATE } = sqlite3;
  return { Database, OPEN_READWRITE, OPEN_CREATE };
}
