import pRetry, { AbortError } from 'p-retry';
import { QueryTypes, type Sequelize, type Transaction, UniqueConstraintError } from 'sequelize';
import { findFaultCode } from '../fault-reason.ts';
import type { Row, Statements, Value } from '../statement.ts';
import { transactSteps } from './transact-steps.ts';

type Encoding = {
  readonly sequelize: Sequelize;
  encode(value: Value): string | number | null;
  /** Turns our spelling of identifiers into the server's. */
  spell(sql: string): string;
  /** What makes an INSERT pass over a row that is there; empty where only an error can tell. */
  readonly unlessTaken: string;
};

/** Statements over a server's pool. */
export function createServerStatements({
  sequelize,
  encode,
  spell,
  unlessTaken,
}: Encoding): Statements {
  // As it is now: what guards the queries of models would guard these twice.
  const query = sequelize.query.bind(sequelize);
  const change: Statements['change'] = (sql, values) => retryContention(() => run(sql, values));

  async function run(sql: string, values: readonly Value[], transaction?: Transaction) {
    const [, touched] = await query(spell(sql), {
      bind: values.map(encode),
      type: QueryTypes.UPDATE,
      ...(transaction && { transaction }),
    });
    return touched;
  }

  return {
    select: (sql, values) =>
      query<Row>(spell(sql), { bind: values.map(encode), type: QueryTypes.SELECT }),
    change,
    insert: (sql, values) =>
      change(`${sql} ${unlessTaken}`, values).then(
        (inserted) => inserted === 1,
        (error: unknown) => {
          if (error instanceof UniqueConstraintError) return false;
          throw error;
        },
      ),
    transact: (steps) =>
      transactSteps(steps, (task) =>
        retryContention(() =>
          sequelize.transaction((transaction) =>
            task((sql, values) => run(sql, values, transaction)),
          ),
        ),
      ),
    close: async () => {}, // The pool is Sequelize's to close.
  };
}

/** Deadlock, lock wait timeout, serialization failure: the server undid the whole step. */
const CONTENTION = new Set(['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT']);

/** No new try begins later than this after the first: a caller is answered within 5 seconds. */
const LAST_TRY_MS = 2500;

/**
 * Runs `task` again, up to three times, when it lost a fight over locks; never for another reason,
 * and not when it waited for them so long that another wait would be too much.
 */
export function retryContention<T>(task: () => Promise<T>): Promise<T> {
  const latest = performance.now() + LAST_TRY_MS;
  const attempt = () =>
    task().catch((error: Error) => {
      const isContention = CONTENTION.has(findFaultCode(error) ?? '');
      const isWorthIt = isContention && performance.now() < latest;
      throw isWorthIt ? error : new AbortError(error);
    });
  return pRetry(attempt, { retries: 3, minTimeout: 20, maxTimeout: 100, randomize: true });
}
