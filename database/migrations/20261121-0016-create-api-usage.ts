import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createApiUsage: Migration = {
  name: '20261121-0016-create-api-usage',

  async up({ context: schema }) {
    await schema.createTable(
      'api_usage',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        // A digest of hour, account, principal, method, route and status: one row per combination.
        usageKey: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        hour: { type: DataTypes.DATE(3), allowNull: false },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        // Who called: `bootstrap`, `key:…` or `user:…`.
        principal: { type: DataTypes.STRING(64), allowNull: false },
        method: { type: DataTypes.STRING(10), allowNull: false },
        route: { type: DataTypes.STRING(128), allowNull: false },
        statusCode: { type: DataTypes.INTEGER, allowNull: false },
        requests: { type: DataTypes.INTEGER, allowNull: false },
        // Milliseconds: the total of all requests, and the slowest.
        durationSum: { type: DataTypes.BIGINT, allowNull: false },
        durationMax: { type: DataTypes.INTEGER, allowNull: false },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('api_usage', ['accountId', 'id'], { name: 'api_usage_account' });
    // For pruning by age, and for operators, who read all accounts.
    await schema.addIndex('api_usage', ['hour'], { name: 'api_usage_hour' });
  },

  async down({ context: schema }) {
    await schema.dropTable('api_usage');
  },
};
