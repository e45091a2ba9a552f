import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex } from './change-table.ts';

/** Logs are read by account and one more column, newest first. */
const filters = {
  activity_logs: ['action', 'sessionId', 'phoneNumber', 'status'],
  otp_logs: ['sessionId', 'phoneNumber', 'status'],
};

const indexes = Object.entries(filters).flatMap(([table, columns]) => [
  { table, name: `${table}_page`, columns: ['accountId', 'createdAt', 'id'] },
  ...columns.map((column) => ({
    table,
    name: `${table}_page_${column}`,
    columns: ['accountId', column, 'createdAt', 'id'],
  })),
]);

/** The old index for pages of all rows of a session. */
const former = {
  table: 'activity_logs',
  name: 'activity_logs_session',
  columns: ['accountId', 'sessionId', 'id'],
};

export const indexLogs: Migration = {
  name: '20261121-0020-index-logs',

  async up({ context: schema }) {
    for (const { table, ...index } of indexes) await addIndex(schema, table, index);
    await dropIndex(schema, former.table, former.name);
  },

  async down({ context: schema }) {
    const { table: formerTable, ...index } = former;
    await addIndex(schema, formerTable, index);
    for (const { table, name } of indexes) await dropIndex(schema, table, name);
  },
};
