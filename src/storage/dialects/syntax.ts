import { quoteAll } from '../statement.ts';

/** The assignments of an upsert in order. `incoming` names a value of the row that was not inserted. */
type Assign = (incoming: (column: string) => string) => Readonly<Record<string, string>>;

/** The words of SQL that differ between the databases. */
export type Syntax = {
  /**
   * Ends a SELECT whose rows no other transaction may change until the statement is committed. SQLite has
   * no such word: while its only writer runs a statement, nothing else changes.
   */
  readonly lockRows: '' | 'FOR UPDATE';
  /** Ends an INSERT that replaces `columns` of a row with the same primary key, which is `keys`. */
  replaceExisting(keys: readonly string[], columns: readonly string[]): string;
  /**
   * Ends an INSERT that changes a row with the same primary key. Present values are qualified by their table. MySQL
   * assigns from left to right.
   */
  changeExisting(keys: readonly string[], assign: Assign): string;
};

export const sqliteSyntax: Syntax = { lockRows: '', ...toUpserts(onConflict) };

export const postgresSyntax: Syntax = { lockRows: 'FOR UPDATE', ...toUpserts(onConflict) };

export const mysqlSyntax: Syntax = { lockRows: 'FOR UPDATE', ...toUpserts(onDuplicateKey) };

function toUpserts(changeExisting: Syntax['changeExisting']) {
  return {
    changeExisting,
    replaceExisting: (keys: readonly string[], columns: readonly string[]) =>
      changeExisting(keys, (incoming) =>
        Object.fromEntries(columns.map((column) => [column, incoming(column)])),
      ),
  };
}

function onConflict(keys: readonly string[], assign: Assign): string {
  const sets = toSets(assign((column) => `excluded."${column}"`));
  return `ON CONFLICT (${quoteAll(keys)}) DO UPDATE SET ${sets}`;
}

function onDuplicateKey(_: readonly string[], assign: Assign): string {
  return `ON DUPLICATE KEY UPDATE ${toSets(assign((column) => `VALUES("${column}")`))}`;
}

function toSets(assignments: Readonly<Record<string, string>>): string {
  return Object.entries(assignments)
    .map(([column, value]) => `"${column}" = ${value}`)
    .join(', ');
}
