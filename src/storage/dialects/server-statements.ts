import { QueryTypes, type Sequelize, type Transaction, UniqueConstraintError } from 'sequelize';
import { chunk, type Row, type Statements, toInsertion, type Value } from '../statement.ts';
import { retryContention } from './retry-contention.ts';
import { transactSteps } from './transact-steps.ts';

type Encoding = {
  readonly sequelize: Sequelize;
  encode(value: Value): string | number | null;
  /** Translates quoted identifiers to the syntax of the server. */
  translate(sql: string): string;
  /** The clause with which an INSERT ignores a conflict; empty if the server reports it as an error. */
  readonly ignoreConflict: string;
};

/** Runs statements on the connection pool of a server. */
export function createServerStatements({
  sequelize,
  encode,
  translate,
  ignoreConflict,
}: Encoding): Statements {
  // Bound before `openDatabase` wraps the queries of models, which would retry these statements twice.
  const query = sequelize.query.bind(sequelize);
  const change: Statements['change'] = (sql, values) => retryContention(() => run(sql, values));

  async function run(sql: string, values: readonly Value[], transaction?: Transaction) {
    const [, touched] = await query(translate(sql), {
      bind: values.map(encode),
      type: QueryTypes.UPDATE,
      ...(transaction && { transaction }),
    });
    return touched;
  }

  const transact: Statements['transact'] = (steps) =>
    transactSteps(steps, (task) =>
      retryContention(() =>
        sequelize.transaction((transaction) =>
          task((sql, values) => run(sql, values, transaction)),
        ),
      ),
    );

  return {
    select: (sql, values) =>
      query<Row>(translate(sql), { bind: values.map(encode), type: QueryTypes.SELECT }),
    change,
    insert: (sql, values) =>
      change(`${sql} ${ignoreConflict}`, values).then(
        (inserted) => inserted === 1,
        (error: unknown) => {
          if (error instanceof UniqueConstraintError) return false;
          throw error;
        },
      ),
    insertAll: async ({ rows, ...into }) => {
      await transact(chunk(rows, ROWS_AT_ONCE).map((some) => toInsertion({ ...into, rows: some })));
    },
    transact,
    close: async () => {}, // Sequelize closes the pool.
  };
}

/** How many rows one INSERT has. The number of parameters of a statement is limited. */
const ROWS_AT_ONCE = 100;
