import type { Migration } from '../migrator.ts';
import { addIndex, dropIndex } from './change-table.ts';

const indexes = [
  // Pages of the sessions of an account, oldest first.
  { table: 'sessions', name: 'sessions_page', columns: ['accountId', 'id'] },
  // The sessions that a node connects, among many that have ended.
  { table: 'sessions', name: 'sessions_state', columns: ['state', 'isLinked'] },
  // The nodes whose work is not settled, among all that ever ran.
  { table: 'nodes', name: 'nodes_settled', columns: ['isSettled'] },
];

const former = { table: 'sessions', name: 'sessions_account', columns: ['accountId'] };

export const indexSessionsAndNodes: Migration = {
  name: '20261129-0032-index-sessions-and-nodes',

  // The foreign key of MySQL always needs an index that begins with the account.
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
