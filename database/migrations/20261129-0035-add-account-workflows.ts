import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

const added = {
  // JSON: the steps that are taken for requests without steps of their own.
  workflow: { type: DataTypes.TEXT, allowNull: true },
} as const;

/** The workflows of accounts. */
export const addAccountWorkflows: Migration = {
  name: '20261129-0035-add-account-workflows',

  async up({ context: schema }) {
    await addColumns(schema, 'accounts', added);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'accounts', Object.keys(added));
  },
};
