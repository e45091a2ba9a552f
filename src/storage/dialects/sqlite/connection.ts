import sqlite3 from 'sqlite3';
import type { Row } from '../../statement.ts';
import { createStatementCache } from './statement-cache.ts';

type Bound = readonly (string | number | null)[];

const BUSY_TIMEOUT_MS = 5000;

/** An SQLite connection that keeps the statements prepared that were used last. */
export type SqliteConnection = Awaited<ReturnType<typeof openConnection>>;

export async function openConnection(file: string, mode: number) {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, mode, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', BUSY_TIMEOUT_MS);
  const prepared = createStatementCache(database);

  return {
    exec: (sql: string) =>
      new Promise<void>((resolve, reject) => {
        database.exec(sql, (error) => (error ? reject(error) : resolve()));
      }),

    all: (sql: string, values: Bound): Promise<Row[]> =>
      prepared.use(
        sql,
        (statement) =>
          new Promise((resolve, reject) => {
            statement.all(values, (error, rows) =>
              error ? reject(error) : resolve(rows as Row[]),
            );
          }),
      ),

    run: (sql: string, values: Bound): Promise<number> =>
      prepared.use(
        sql,
        (statement) =>
          new Promise((resolve, reject) => {
            statement.run(values, function (this: sqlite3.RunResult, error: Error | null) {
              if (error) reject(error);
              else resolve(this.changes);
            });
          }),
      ),

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
      await prepared.close();
      await new Promise<void>((resolve, reject) => {
        database.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}
