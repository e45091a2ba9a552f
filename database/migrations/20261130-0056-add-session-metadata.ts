import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

// JSON of pairs of texts; NULL for none.
const columns = { metadata: { type: DataTypes.TEXT, allowNull: true } };

/** What the callers themselves keep with a session. */
export const addSessionMetadata: Migration = {
  name: '20261130-0056-add-session-metadata',

  async up({ context: schema }) {
    await addColumns(schema, 'sessions', columns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'sessions', Object.keys(columns));
  },
};
