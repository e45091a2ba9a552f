import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const added = {
  api_keys: {
    // Sends per hour; NULL means no budget of its own.
    sendsPerHour: { type: DataTypes.INTEGER, allowNull: true },
    // The key whose send count it shares; NULL means its own.
    sendPot: { type: DataTypes.STRING(32), allowNull: true },
  },
  otp_logs: {
    // The credential that requested it: `bootstrap`, `key:…` or `user:…`; NULL before this migration.
    sentBy: { type: DataTypes.STRING(64), allowNull: true },
    // A failed send whose message may have been sent anyway.
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
        // `account|kind|subject`: a key, a number prefix or a region of one account.
        subjectKey: { type: DataTypes.STRING(191), primaryKey: true, allowNull: false },
        // The latest settled sends (verified, or no longer valid), up to the sample size.
        settled: { type: DataTypes.DOUBLE, allowNull: false, defaultValue: 0 },
        // How many of them were verified.
        verified: { type: DataTypes.DOUBLE, allowNull: false, defaultValue: 0 },
        // Since when too few of them are verified.
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
