import { DataTypes, type QueryInterface, QueryTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';
import { addStatistics } from './sqlite-statistics.ts';

/** The last four digits of a phone number; empty for an email address. */
const columns = { lastDigits: { type: DataTypes.STRING(4), allowNull: false, defaultValue: '' } };

const index = {
  name: 'otp_logs_page_lastDigits',
  columns: ['accountId', 'lastDigits', 'createdAt', 'id'],
};

/** Four digits are those of one number of 10,000. */
const statistics = { otp_logs: { [index.name]: '1000000 500000 100 1 1' } };

/** Support finds the codes of a number by its last digits, of which it knows no more. */
export const addLastDigits: Migration = {
  name: '20261201-0059-add-last-digits',

  async up({ context: schema }) {
    await addColumns(schema, 'otp_logs', columns);
    await fillIn(schema);
    await addIndex(schema, 'otp_logs', index);
    await addStatistics(schema, statistics);
  },

  async down({ context: schema }) {
    // SQLite drops the statistics of an index with it.
    await dropIndex(schema, 'otp_logs', index.name);
    await dropColumns(schema, 'otp_logs', Object.keys(columns));
  },
};

/** Nodes of the previous version go on meanwhile, so few rows are locked at once. */
const ROWS_AT_ONCE = 5000;

async function fillIn(schema: QueryInterface): Promise<void> {
  const { sequelize } = schema;
  const [table, id, number, kind, digits] = [
    ...['otp_logs', 'id', 'phoneNumber', 'recipientKind', 'lastDigits'],
  ].map((name) => schema.quoteIdentifier(name));
  const end = sequelize.getDialect() === 'sqlite' ? `substr(${number}, -4)` : `RIGHT(${number}, 4)`;
  // Of a service that has run for years, the lowest ids are pruned.
  const [row] = await sequelize.query<{ lowest: number | null; highest: number | null }>(
    `SELECT MIN(${id}) AS lowest, MAX(${id}) AS highest FROM ${table}`,
    { type: QueryTypes.SELECT },
  );
  const [lowest, highest] = [Number(row?.lowest ?? 0), Number(row?.highest ?? 0)];
  for (let from = lowest - 1; from < highest; from += ROWS_AT_ONCE) {
    await sequelize.query(
      `UPDATE ${table} SET ${digits} = ${end}
       WHERE ${id} > ${from} AND ${id} <= ${from + ROWS_AT_ONCE} AND ${kind} = 'phone' AND ${digits} = ''`,
    );
  }
}
