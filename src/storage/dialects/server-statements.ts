import { chunk, type Row, type Statements, toInsertion } from '../statement.ts';
import type { ServerPool } from './server-pool.ts';
import { transactSteps } from './transact-steps.ts';

type Options = {
  /** Ends an INSERT that ignores a conflict; empty if the server reports it as an error. */
  readonly ignoreConflict: string;
  /** Whether an error says that a row with the same unique value exists. */
  isConflict(error: unknown): boolean;
};

/** How many rows one INSERT has. The number of parameters of a statement is limited. */
const ROWS_AT_ONCE = 100;

/** Runs statements on the connections of a server. */
export function createServerStatements(
  { run, transaction }: ServerPool,
  { ignoreConflict, isConflict }: Options,
): Statements {
  const change: Statements['change'] = async (sql, values) => (await run(sql, values)).affected;

  const transact: Statements['transact'] = (steps) =>
    transactSteps(steps, (task) =>
      transaction((on) => task(async (sql, values) => (await on(sql, values)).affected)),
    );

  return {
    select: async (sql, values) => [...(await run(sql, values)).rows] as Row[],
    change,
    insert: (sql, values) =>
      change(`${sql} ${ignoreConflict}`, values).then(
        (inserted) => inserted === 1,
        (error: unknown) => {
          if (isConflict(error)) return false;
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
