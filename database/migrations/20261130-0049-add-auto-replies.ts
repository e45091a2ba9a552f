import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

const columns = {
  autoReplies: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  // NULL for the built-in text.
  autoReplyText: { type: DataTypes.TEXT, allowNull: true },
};

/** Whether people who write to a session get an answer, and which one. */
export const addAutoReplies: Migration = {
  name: '20261130-0049-add-auto-replies',

  async up({ context: schema }) {
    await addColumns(schema, 'sessions', columns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'sessions', Object.keys(columns));
  },
};
