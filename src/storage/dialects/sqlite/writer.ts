import type { SqliteConnection } from './connection.ts';

type Write<T> = (connection: SqliteConnection) => Promise<T>;

type Waiting = {
  /** Whether it has several statements, which succeed or fail together. */
  readonly isCompound: boolean;
  run(): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

const MAX_BATCH = 128;

/** After these errors SQLite may have rolled back the transaction (sqlite.org/lang_transaction.html). */
const ENDS_TRANSACTION = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_NOMEM',
  'SQLITE_BUSY',
  'SQLITE_INTERRUPT',
]);

/**
 * The only writer of an SQLite file. Statements that wait at the same time share one transaction (group
 * commit), because each commit waits for the disk. Each promise settles after the commit. A statement
 * that violates a constraint fails alone, because SQLite undoes only that statement. A write of several
 * statements also fails alone: it is rolled back to its savepoint.
 */
export function createWriter(connection: SqliteConnection) {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  /** Runs one statement. */
  const write = <T>(statement: Write<T>) => enqueue(statement, { isCompound: false });

  /** Runs several statements, and undoes them if `statements` throws. */
  const writeWhole = <T>(statements: Write<T>) => enqueue(statements, { isCompound: true });

  function enqueue<T>(task: Write<T>, { isCompound }: Pick<Waiting, 'isCompound'>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        isCompound,
        run: () => task(connection),
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
      const isAlone = batch.length === 1 && only?.isCompound === false;
      if (isAlone) await only.run().then(only.resolve, only.reject);
      else await commitTogether(batch);
    }
    running = undefined;
  }

  async function commitTogether(batch: readonly Waiting[]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      await connection.exec('BEGIN IMMEDIATE');
      for (const entry of batch) answers.push(await runWithin(entry));
      await connection.exec('COMMIT');
      for (const answer of answers) answer();
    } catch (error) {
      await connection.exec('ROLLBACK').catch(() => {}); // SQLite may have rolled back already.
      for (const entry of batch) entry.reject(error);
    }
  }

  /** Runs one entry of a batch. Call the returned function after the commit to settle the entry. */
  async function runWithin(entry: Waiting): Promise<() => void> {
    if (entry.isCompound) await connection.exec('SAVEPOINT entry');
    let end = 'RELEASE entry';
    const answer = await entry.run().then(
      (value) => () => entry.resolve(value),
      (error: Error & { code?: string }) => {
        if (ENDS_TRANSACTION.has(error.code ?? '')) throw error;
        end = 'ROLLBACK TO entry; RELEASE entry';
        return () => entry.reject(error);
      },
    );
    if (entry.isCompound) await connection.exec(end);
    return answer;
  }

  return {
    write,
    writeWhole,
    /** Resolves when no write is running. */
    async settle(): Promise<void> {
      await running;
    },
  };
}
