import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex } from './change-table.ts';

const table = 'sessions';

const indexes = [
  /** Pages of the sessions of an account, oldest first. */
  { name: 'sessions_page', columns: ['accountId', 'id'] },
  /** The sessions that a node connects, among many that have ended. */
  { name: 'sessions_state', columns: ['state', 'isLinked'] },
];

const former = { name: 'sessions_account', columns: ['accountId'] };

export const indexSessions: Migration = {
  name: '20261128-0032-index-sessions',

  // The foreign key of MySQL always needs an index that begins with the account.
  async up({ context: schema }) {
    for (const index of indexes) await addIndex(schema, table, index);
    await dropIndex(schema, table, former.name);
  },

  async down({ context: schema }) {
    await addIndex(schema, table, former);
    for (const { name } of indexes) await dropIndex(schema, table, name);
  },
};
