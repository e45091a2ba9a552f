import sqlite3 from 'sqlite3';
import type { Row } from '../statement.ts';

type Bound = readonly (string | number | null)[];

const BUSY_TIMEOUT_MS = 5000;

/** One SQLite connection that prepares each statement once. */
export type SqliteConnection = Awaited<ReturnType<typeof openConnection>>;

export async function openConnection(file: string, mode: number) {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, mode, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', BUSY_TIMEOUT_MS);
  const prepared = new Map<string, sqlite3.Statement>();

  function prepare(sql: string): sqlite3.Statement {
    const known = prepared.get(sql);
    if (known) return known;
    // A statement that cannot be prepared reports that to its first run, below.
    const statement = database.prepare(numbered(sql), () => {});
    prepared.set(sql, statement);
    return statement;
  }

  return {
    exec: (sql: string) =>
      new Promise<void>((resolve, reject) => {
        database.exec(sql, (error) => (error ? reject(error) : resolve()));
      }),

    all: (sql: string, values: Bound) =>
      new Promise<Row[]>((resolve, reject) => {
        prepare(sql).all(values, (error, rows) => (error ? reject(error) : resolve(rows as Row[])));
      }),

    run: (sql: string, values: Bound) =>
      new Promise<number>((resolve, reject) => {
        prepare(sql).run(values, function (this: sqlite3.RunResult, error: Error | null) {
          if (error) reject(error);
          else resolve(this.changes);
        });
      }),

    async close() {
      await Promise.all([...prepared.values()].map((s) => new Promise((done) => s.finalize(done))));
      await new Promise<void>((resolve, reject) => {
        database.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

/** `$1` names a parameter in SQLite; `?1` numbers it. */
function numbered(sql: string): string {
  return sql.replaceAll(/\$(\d+)/g, '?$1');
}
