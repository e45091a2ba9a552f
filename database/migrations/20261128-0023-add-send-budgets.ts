import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const added = {
  api_keys: {
    // Sends an hour; NULL is no budget of its own.
    sendsPerHour: { type: DataTypes.INTEGER, allowNull: true },
    // The key whose count of sends it shares; NULL is its own.
    sendPot: { type: DataTypes.STRING(32), allowNull: true },
  },
  otp_logs: {
    // Whose credential asked for it: `bootstrap`, `key:…` or `user:…`; NULL before this migration.
    sentBy: { type: DataTypes.STRING(64), allowNull: true },
    // A failed send whose message may be out all the same.
    mayHaveArrived: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  },
} as const;

export const addSendBudgets: Migration = {
  name: '20261128-0023-add-send-budgets',

  async up({ context: schema }) {
    for (const [table, columns] of Object.entries(added)) await addColumns(schema, table, columns);
    await schema.createTable(
      'send_conversions',
      {
        // `account|kind|subject`: a key, a prefix of numbers or a region of one account.
        subjectKey: { type: DataTypes.STRING(191), primaryKey: true, allowNull: false },
        // The latest sends that are verified or over, up to the size of the sample.
        settled: { type: DataTypes.DOUBLE, allowNull: false, defaultValue: 0 },
        // How many of them were verified.
        verified: { type: DataTypes.DOUBLE, allowNull: false, defaultValue: 0 },
        // Since when too few are verified.
        suspectedAt: { type: DataTypes.DATE(3), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await addIndex(schema, 'send_conversions', {
      name: 'send_conversions_updated',
      columns: ['updatedAt'],
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('send_conversions');
    for (const [table, columns] of Object.entries(added)) {
      await dropColumns(schema, table, Object.keys(columns));
    }
  },
};
