import { QueryTypes } from 'sequelize';
import type { Database } from '../../../src/storage/database.ts';
import {
  optional,
  type Row,
  type Statements,
  type Step,
  type Value,
} from '../../../src/storage/statement.ts';

/** How a statement reads one table. */
export type TableRead = {
  readonly table: string;
  /** The index, `PRIMARY` for the primary key; undefined if the whole table is read. */
  readonly index: string | undefined;
};

/** A statement and its values. */
export type Executed = Pick<Step, 'sql' | 'values'>;

/** A database that remembers the statements that stores and models execute on it. */
export function captureStatements(database: Database) {
  let executed: Executed[] = [];
  const note = (sql: string, values: readonly Value[]) => void executed.push({ sql, values });
  const { statements } = database;
  const captured: Statements = {
    ...statements,
    select(sql, values) {
      note(sql, values);
      return statements.select(sql, values);
    },
    change(sql, values) {
      note(sql, values);
      return statements.change(sql, values);
    },
    transact(steps) {
      for (const { sql, values } of steps) note(sql, values);
      return statements.transact(steps);
    },
  };
  noteQueriesOfModels(database, note);
  const models = Object.fromEntries(
    Object.entries(database.models).map(([name, model]) => [
      name,
      Object.create(model, { statements: { value: captured } }),
    ]),
  );
  return {
    database: { ...database, statements: captured, models } as unknown as Database,
    /** Returns what was executed since the last call. */
    take(): readonly Executed[] {
      const taken = executed;
      executed = [];
      return taken;
    },
  };
}

/** Queries of Sequelize have their values in their text; those with parameters are noted by their caller. */
function noteQueriesOfModels(
  { sequelize }: Database,
  note: (sql: string, values: readonly Value[]) => void,
): void {
  const { options } = sequelize as unknown as {
    options: { logging: (line: string, options: { readonly bind?: object }) => void };
  };
  options.logging = (line, { bind = {} }) => {
    const sql = line.replace(/^Executing \(\w+\): /, '');
    if (sql.startsWith('SELECT') && Object.keys(bind).length === 0) note(sql, []);
  };
}

/** How the database would read `tables` for a statement. */
export async function planReads(
  database: Database,
  { sql, values }: Executed,
  tables: readonly string[],
): Promise<readonly TableRead[]> {
  const words = database.name === 'postgres' ? 'EXPLAIN (FORMAT JSON)' : 'EXPLAIN';
  const rows = await explain(database, { sql, values }, words);
  const toReads = { sqlite: ofSqlite, mysql: ofMysql, postgres: ofPostgres }[database.name];
  const aliases = readAliases(sql);
  return toReads(rows)
    .map(({ table, index }) => ({ table: aliases.get(table) ?? table, index }))
    .filter(({ table }) => tables.includes(table));
}

/** Sequelize names a table after its model. */
function readAliases(sql: string): Map<string, string> {
  const named = sql.matchAll(/(?:FROM|JOIN) [`"](\w+)[`"] AS [`"](\w+)[`"]/g);
  return new Map([...named].map(([, table = '', alias = '']) => [alias, table]));
}

/** How the database would execute a statement, in its own words. */
export function explain(
  { name, statements, sequelize }: Database,
  { sql, values }: Executed,
  words = 'EXPLAIN',
): Promise<Row[]> {
  if (name !== 'sqlite') return statements.select(`${words} ${sql}`, values);
  // Not on the connection of reads: SQLite takes an EXPLAIN for a read that never ends.
  return sequelize.query<Row>(`EXPLAIN QUERY PLAN ${sql}`, {
    bind: values.map(String),
    type: QueryTypes.SELECT,
  });
}

/** `SEARCH otp_logs USING COVERING INDEX otp_logs_page (accountId=?)`. */
function ofSqlite(rows: readonly Row[]): TableRead[] {
  return rows.flatMap(({ detail }) => {
    const [, table, how = ''] = /^(?:SEARCH|SCAN) (\w+)(.*)/.exec(String(detail)) ?? [];
    if (table === undefined) return [];
    const [, index] = / USING (?:COVERING )?INDEX (\w+)/.exec(how) ?? [];
    return [{ table, index: how.includes('INTEGER PRIMARY KEY') ? 'PRIMARY' : index }];
  });
}

/** MariaDB may filter what it finds by another index, which it names behind a bar. */
function ofMysql(rows: readonly Row[]): TableRead[] {
  return rows.map(({ table, key }) => ({
    table: String(table),
    index: optional(key, (names) => String(names).split('|')[0]),
  }));
}

type Plan = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
};

function ofPostgres(rows: readonly Row[]): TableRead[] {
  return rows.flatMap((row) =>
    (row['QUERY PLAN'] as readonly { readonly Plan: Plan }[]).flatMap(({ Plan: plan }) =>
      walk(plan, ''),
    ),
  );
}

/** A bitmap of an index is below the node of its table. */
function walk(plan: Plan, above: string): TableRead[] {
  const { 'Relation Name': table = above, 'Index Name': index, Plans = [] } = plan;
  const isWhole = plan['Node Type'] === 'Seq Scan';
  const reads = index === undefined && !isWhole ? [] : [{ table, index: index && toName(index) }];
  return [...reads, ...Plans.flatMap((below) => walk(below, table))];
}

function toName(index: string): string {
  return index.endsWith('_pkey') ? 'PRIMARY' : index;
}
