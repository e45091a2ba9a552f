import sqlite3 from 'sqlite3';
import type { Row } from '../../statement.ts';

type Bound = readonly (string | number | null)[];

const BUSY_TIMEOUT_MS = 5000;

/** An SQLite connection that prepares each statement once. */
export type SqliteConnection = Awaited<ReturnType<typeof openConnection>>;

export async function openConnection(file: string, mode: number) {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, mode, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', BUSY_TIMEOUT_MS);
  const prepared = new Map<string, Promise<sqlite3.Statement>>();

  /** Waits until a statement is prepared: the driver drops calls that wait for one that fails. */
  function prepare(sql: string): Promise<sqlite3.Statement> {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const preparing = new Promise<sqlite3.Statement>((resolve, reject) => {
      const statement = database.prepare(numbered(sql), (error: Error | null) =>
        error ? reject(error) : resolve(statement),
      );
    });
    prepared.set(sql, preparing);
    preparing.catch(() => prepared.delete(sql));
    return preparing;
  }

  return {
    exec: (sql: string) =>
      new Promise<void>((resolve, reject) => {
        database.exec(sql, (error) => (error ? reject(error) : resolve()));
      }),

    async all(sql: string, values: Bound): Promise<Row[]> {
      const statement = await prepare(sql);
      return new Promise((resolve, reject) => {
        statement.all(values, (error, rows) => (error ? reject(error) : resolve(rows as Row[])));
      });
    },

    async run(sql: string, values: Bound): Promise<number> {
      const statement = await prepare(sql);
      return new Promise((resolve, reject) => {
        statement.run(values, function (this: sqlite3.RunResult, error: Error | null) {
          if (error) reject(error);
          else resolve(this.changes);
        });
      });
    },

    /** Runs SQL without keeping it prepared. `context` is the driver's `this`, with `lastID` and `changes`. */
    once: (method: 'run' | 'all', sql: string, parameters: unknown) =>
      new Promise<{ context: unknown; rows: unknown }>((resolve, reject) => {
        database[method](
          sql,
          parameters,
          function (this: unknown, error: Error | null, rows?: unknown) {
            if (error) reject(error);
            else resolve({ context: this, rows });
          },
        );
      }),

    async close() {
      const statements = await Promise.all(prepared.values());
      await Promise.all(statements.map((one) => new Promise((done) => one.finalize(done))));
      await new Promise<void>((resolve, reject) => {
        database.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

/** In SQLite, `$1` is a named parameter and `?1` a numbered one. */
function numbered(sql: string): string {
  return sql.replaceAll(/\$(\d+)/g, '?$1');
}
