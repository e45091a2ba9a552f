import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex } from './change-table.ts';

/**
 * Pruning takes counted rows (`countDue IS NULL`), oldest first. With an index on `countDue` alone, SQLite
 * read and sorted all of them at each step.
 */
const tables = ['otp_logs', 'activity_logs'];

export const indexPruning: Migration = {
  name: '20261121-0021-index-pruning',

  async up({ context: schema }) {
    for (const table of tables) {
      await addIndex(schema, table, { name: `${table}_prune`, columns: ['countDue', 'createdAt'] });
      await dropIndex(schema, table, `${table}_count_due`);
    }
  },

  async down({ context: schema }) {
    for (const table of tables) {
      await addIndex(schema, table, { name: `${table}_count_due`, columns: ['countDue'] });
      await dropIndex(schema, table, `${table}_prune`);
    }
  },
};
