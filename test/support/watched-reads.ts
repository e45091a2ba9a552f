import { QueryTypes } from 'sequelize';
import type { Database } from '../../src/storage/database.ts';
import type { Row, Value } from '../../src/storage/statement.ts';

/** A database that remembers what was read last, so that a test can ask how it was found. */
export function watchReads(database: Database) {
  const { statements, sequelize } = database;
  let asked: { readonly sql: string; readonly values: readonly Value[] } = { sql: '', values: [] };
  function select(sql: string, values: readonly Value[]): Promise<Row[]> {
    asked = { sql, values };
    return statements.select(sql, values);
  }

  /** How the database would run what was asked last. */
  function explain(): Promise<Row[]> {
    if (database.name !== 'sqlite') return statements.select(`EXPLAIN ${asked.sql}`, asked.values);
    // Not on the connection of reads: SQLite takes an EXPLAIN for a read that never ends.
    return sequelize.query<Row>(`EXPLAIN QUERY PLAN ${asked.sql}`, {
      bind: asked.values.map(String),
      type: QueryTypes.SELECT,
    });
  }

  return { database: { ...database, statements: { ...statements, select } }, explain };
}
