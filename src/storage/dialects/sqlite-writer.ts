import type { SqliteConnection } from './sqlite-connection.ts';

type Write<T> = (connection: SqliteConnection) => Promise<T>;

type Waiting = {
  run(): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

const MAX_BATCH = 128;

/** After these SQLite may have undone the whole transaction (sqlite.org/lang_transaction.html). */
const ENDS_TRANSACTION = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_NOMEM',
  'SQLITE_BUSY',
  'SQLITE_INTERRUPT',
]);

/**
 * The one writer of an SQLite file. Statements that wait at the same time share one transaction
 * (group commit), because each commit waits for the disk; each is answered after the commit. A
 * statement that breaks a constraint fails alone: SQLite undoes that statement and goes on.
 */
export function createWriter(connection: SqliteConnection) {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  function write<T>(statement: Write<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        run: () => statement(connection),
        resolve: (value) => resolve(value as T),
        reject,
      });
      running ??= drain();
    });
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_BATCH);
      const [only] = batch;
      if (only && batch.length === 1) await only.run().then(only.resolve, only.reject);
      else await commitTogether(batch);
    }
    running = undefined;
  }

  async function commitTogether(batch: readonly Waiting[]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      await connection.exec('BEGIN IMMEDIATE');
      for (const entry of batch) {
        await entry.run().then(
          (value) => answers.push(() => entry.resolve(value)),
          (error: Error & { code?: string }) => {
            if (ENDS_TRANSACTION.has(error.code ?? '')) throw error;
            answers.push(() => entry.reject(error));
          },
        );
      }
      await connection.exec('COMMIT');
      for (const answer of answers) answer();
    } catch (error) {
      await connection.exec('ROLLBACK').catch(() => {}); // It may have rolled back by itself.
      for (const entry of batch) entry.reject(error);
    }
  }

  return {
    write,
    /** Resolves when nothing is being written. */
    async settle(): Promise<void> {
      await running;
    },
  };
}
