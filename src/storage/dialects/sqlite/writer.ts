import type { SqliteConnection } from './connection.ts';
import { CREATE_PROCEDURES, type ProcedureKind, RUN_CALLS } from './procedure-triggers.ts';
import type { CallResult } from './procedures.ts';
import { toJson } from './to-json.ts';

type Write<T> = (connection: SqliteConnection) => Promise<T>;

type Settling = {
  resolve(value: unknown): void;
  reject(error: unknown): void;
};

type Waiting = Settling & {
  /** Whether it has several statements, which succeed or fail together. */
  readonly isCompound: boolean;
  run(): Promise<unknown>;
};

type WaitingCall = Settling & { readonly kind: ProcedureKind; readonly values: object };

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
 * The only writer of an SQLite file. What waits at the same time shares one transaction (group commit), because each
 * commit waits for the disk: statements share one, and calls of procedures another one, in which they are a single
 * statement. Each promise settles after the commit. What violates a constraint fails alone.
 */
export function createWriter(connection: SqliteConnection) {
  const waiting: Waiting[] = [];
  const waitingCalls: WaitingCall[] = [];
  let running: Promise<void> | undefined;
  let hasProcedures = false;

  /** Runs one statement. */
  const write = <T>(statement: Write<T>) => enqueue(statement, { isCompound: false });

  /** Runs several statements, and undoes them if `statements` throws. */
  const writeWhole = <T>(statements: Write<T>) => enqueue(statements, { isCompound: true });

  function enqueue<T>(task: Write<T>, { isCompound }: Pick<Waiting, 'isCompound'>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waiting.push({
        isCompound,
        // A task that throws before it returns a promise must not end the queue.
        run: async () => task(connection),
        resolve: (value) => resolve(value as T),
        reject,
      });
      running ??= drain();
    });
  }

  /** Calls a procedure. `values` are its arguments, as JSON. */
  function call(kind: ProcedureKind, values: object): Promise<CallResult> {
    return new Promise((resolve, reject) => {
      waitingCalls.push({ kind, values, resolve: (value) => resolve(value as CallResult), reject });
      running ??= drain();
    });
  }

  async function drain(): Promise<void> {
    // What the same caller writes next joins the first batch.
    await Promise.resolve();
    while (waiting.length + waitingCalls.length > 0) {
      if (waitingCalls.length > 0) await runCalls(waitingCalls.splice(0, MAX_BATCH));
      if (waiting.length > 0) await runStatements(waiting.splice(0, MAX_BATCH));
    }
    running = undefined;
  }

  async function runStatements(batch: readonly Waiting[]): Promise<void> {
    const [only] = batch;
    const isAlone = batch.length === 1 && only?.isCompound === false;
    if (isAlone) await only.run().then(only.resolve, only.reject);
    else await commitTogether(batch);
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
        if (endsTransaction(error)) throw error;
        end = 'ROLLBACK TO entry; RELEASE entry';
        return () => entry.reject(error);
      },
    );
    if (entry.isCompound) await connection.exec(end);
    return answer;
  }

  /** Runs calls as one statement. If it fails because of one of them, each is run again, alone. */
  async function runCalls(batch: readonly WaitingCall[]): Promise<void> {
    const fault = await tryCalls(batch);
    if (fault === undefined) return;
    const isOfOne = batch.length > 1 && !endsTransaction(fault);
    for (const entry of batch) await (isOfOne ? runCalls([entry]) : entry.reject(fault));
  }

  /** Returns the error, if there was one. */
  async function tryCalls(batch: readonly WaitingCall[]): Promise<Error | undefined> {
    try {
      const results = await runInOrder(batch);
      for (const [index, entry] of batch.entries()) entry.resolve(results.get(index));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async function runInOrder(batch: readonly WaitingCall[]): Promise<Map<unknown, unknown>> {
    if (!hasProcedures) await connection.exec(CREATE_PROCEDURES);
    hasProcedures = true;
    const calls = toJson(batch.map(({ kind, values }) => [kind, values]));
    const rows = await connection.all(RUN_CALLS, [calls]);
    return new Map(rows.map((row) => [row['number'], row]));
  }

  return {
    write,
    writeWhole,
    call,
    /** Resolves when no write is running. */
    async settle(): Promise<void> {
      await running;
    },
  };
}

function endsTransaction({ code = '' }: Error & { readonly code?: string }): boolean {
  return ENDS_TRANSACTION.has(code);
}
