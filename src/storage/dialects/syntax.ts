import { quoteAll } from '../statement.ts';

/** The words of SQL that differ between the databases. */
export type Syntax = {
  /**
   * Ends a SELECT whose rows no other transaction may change until the statement is committed. SQLite has
   * no such word: while its only writer runs a statement, nothing else changes.
   */
  readonly lockRows: '' | 'FOR UPDATE';
  /** Ends an INSERT that replaces `columns` of a row with the same primary key, which is `keys`. */
  replaceExisting(keys: readonly string[], columns: readonly string[]): string;
};

export const sqliteSyntax: Syntax = { lockRows: '', replaceExisting };

export const postgresSyntax: Syntax = { lockRows: 'FOR UPDATE', replaceExisting };

export const mysqlSyntax: Syntax = {
  lockRows: 'FOR UPDATE',
  replaceExisting: (_, columns) =>
    `ON DUPLICATE KEY UPDATE ${columns.map((name) => `"${name}" = VALUES("${name}")`).join(', ')}`,
};

function replaceExisting(keys: readonly string[], columns: readonly string[]): string {
  const sets = columns.map((name) => `"${name}" = excluded."${name}"`);
  return `ON CONFLICT (${quoteAll(keys)}) DO UPDATE SET ${sets.join(', ')}`;
}
