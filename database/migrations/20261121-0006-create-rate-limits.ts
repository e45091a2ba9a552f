import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createRateLimits: Migration = {
  name: '20261121-0006-create-rate-limits',

  async up({ context: schema }) {
    await schema.createTable(
      'rate_limits',
      {
        limitKey: { type: DataTypes.STRING(191), primaryKey: true },
        points: { type: DataTypes.INTEGER, allowNull: false },
        // Milliseconds since 1970, when the window ends and the count restarts.
        resetsAt: { type: DataTypes.BIGINT, allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('rate_limits', ['resetsAt'], { name: 'rate_limits_reset' });
  },

  async down({ context: schema }) {
    await schema.dropTable('rate_limits');
  },
};
