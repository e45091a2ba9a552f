import { QueryTypes, type Sequelize } from 'sequelize';
import type { Snapshot } from '../../../database/snapshot/snapshot.ts';
import { readMysql } from './read-mysql.ts';
import { readPostgres } from './read-postgres.ts';
import { readSqlite } from './read-sqlite.ts';

/** Runs a SELECT. */
export type Select = (sql: string) => Promise<readonly Readonly<Record<string, string>>[]>;

/** The statements that make every table and index, but for the record of migrations. */
export type ReadTables = (select: Select) => Promise<readonly string[]>;

const readers: Readonly<Record<string, ReadTables>> = {
  sqlite: readSqlite,
  mysql: readMysql,
  postgres: readPostgres,
};

/** The statements that make what a database holds, tables and rows, in an empty one of its kind. */
export async function readSchema(sequelize: Sequelize): Promise<Omit<Snapshot, 'last'>> {
  const dialect = sequelize.getDialect();
  const read = readers[dialect];
  if (!read) throw new Error(`Nothing reads the schema of ${dialect}`);
  const tables = await read((sql) => sequelize.query(sql, { type: QueryTypes.SELECT }));
  return { tables, rows: await readRows(sequelize) };
}

async function readRows(sequelize: Sequelize): Promise<string[]> {
  const schema = sequelize.getQueryInterface();
  const inserts: string[] = [];
  for (const table of (await schema.showAllTables()).sort()) {
    if (table === 'SequelizeMeta') continue;
    const name = schema.quoteIdentifier(table, true);
    const rows = await sequelize.query<object>(`SELECT * FROM ${name}`, {
      type: QueryTypes.SELECT,
    });
    for (const row of rows) {
      const columns = Object.keys(row).map((column) => schema.quoteIdentifier(column, true));
      const values = Object.values(row).map((value: string) => sequelize.escape(value));
      inserts.push(`INSERT INTO ${name} (${columns.join(', ')}) VALUES (${values.join(', ')})`);
    }
  }
  return inserts;
}
