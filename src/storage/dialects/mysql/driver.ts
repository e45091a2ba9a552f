import { rememberResults } from '../../../lib/recent-entries.ts';
import { type Row, toSqlTime } from '../../statement.ts';
import type { Driver, Parameter, Result } from '../server-pool.ts';

type Answer = Row[] | { readonly affectedRows: number };
type Callback = (error: Error | null, answer: Answer) => void;

/** What is used of a connection of `mysql2`. */
type Connection = {
  query(sql: string, done: Callback): unknown;
  execute(sql: string, values: readonly unknown[], done: Callback): unknown;
};

/** How many translated texts are remembered. */
const MOST_TEXTS = 500;

/** Runs statements by `mysql2`: as prepared statements, which it keeps for each connection. */
export function createMysqlDriver(): Driver {
  const translate = rememberResults(toMysql, MOST_TEXTS);

  return {
    run(connection, sql, values) {
      const { text, positions } = translate(sql);
      const { query, execute } = connection as Connection;
      return new Promise<Result>((resolve, reject) => {
        const done: Callback = (error, answer) =>
          error ? reject(error) : resolve(toResult(answer));
        const given = positions.map((position) => encode(values[position - 1] ?? null));
        if (given.length === 0) query.call(connection, text, done);
        else execute.call(connection, text, given, done);
      });
    },

    isFromServer(error) {
      const { sqlState, fatal } = error as { readonly sqlState?: string; readonly fatal?: boolean };
      return sqlState !== undefined && fatal !== true;
    },
  };
}

/** Quotes names with backticks, and replaces `$1, $2, …` by question marks; `positions` are the numbers. */
function toMysql(sql: string) {
  const positions: number[] = [];
  const text = sql.replaceAll('"', '`').replaceAll(/\$(\d+)/g, (_, position: string) => {
    positions.push(Number(position));
    return '?';
  });
  return { text, positions };
}

function toResult(answer: Answer): Result {
  if (Array.isArray(answer)) return { rows: answer, affected: 0 };
  return { rows: [], affected: answer.affectedRows };
}

function encode(value: Parameter): unknown {
  return value instanceof Date ? toSqlTime(value) : value;
}
