import type { Sequelize } from 'sequelize';
import type { Row, Value } from '../statement.ts';
import { retryContention } from './retry-contention.ts';

/** The rows of a SELECT or a RETURNING, and how many rows a change met. */
export type Result = { readonly rows: readonly Row[]; readonly affected: number };

/**
 * Runs one statement, whose parameters are `$1, $2, …`. A prepared one is planned once for each connection, so its plan
 * must be good for tables of any size. Only PostgreSQL heeds it: MySQL plans each statement when it runs.
 */
export type Run = (
  sql: string,
  values?: readonly Parameter[],
  options?: RunOptions,
) => Promise<Result>;
type RunOptions = { readonly isPrepared?: boolean };

/** A value that the driver encodes. Only PostgreSQL has booleans and lists. */
export type Parameter = Value | boolean | readonly Value[];

/** How the driver of a server runs a statement on one of its connections. */
export type Driver = {
  run(
    connection: object,
    sql: string,
    values: readonly Parameter[],
    options: RunOptions,
  ): Promise<Result>;
  /** Whether the server sent this error. After any other one, the state of the connection is unknown. */
  isFromServer(error: unknown): boolean;
};

/**
 * The connections of a server. They belong to the pool of Sequelize, but statements go to the driver:
 * `Sequelize.query` takes several times as long as the driver, for work that they do not need.
 */
export function createServerPool(sequelize: Sequelize, driver: Driver) {
  const { connectionManager: pool } = sequelize;

  async function withConnection<T>(task: (run: Run) => Promise<T>): Promise<T> {
    const connection = await pool.getConnection({ type: 'write' });
    let isUsable = true;
    const run: Run = async (sql, values = [], options = {}) => {
      try {
        return await driver.run(connection, sql, values, options);
      } catch (error) {
        isUsable &&= driver.isFromServer(error);
        throw error;
      }
    };
    try {
      return await task(run);
    } finally {
      if (isUsable) pool.releaseConnection(connection);
      else await pool.destroyConnection(connection).catch(() => {});
    }
  }

  /** Runs one statement, and again after lock contention. */
  const run: Run = (...statement) =>
    retryContention(() => withConnection((on) => on(...statement)));

  /** Runs a task in a transaction, which is rolled back if the task throws, and retried after lock contention. */
  function transaction<T>(task: (run: Run) => Promise<T>): Promise<T> {
    return retryContention(() => withConnection((on) => within(on, task)));
  }

  return { run, transaction };
}

export type ServerPool = ReturnType<typeof createServerPool>;

async function within<T>(run: Run, task: (run: Run) => Promise<T>): Promise<T> {
  await run('BEGIN');
  try {
    const result = await task(run);
    await run('COMMIT');
    return result;
  } catch (error) {
    // Whatever becomes of it, the first error says what went wrong.
    await run('ROLLBACK').catch(() => {});
    throw error;
  }
}
