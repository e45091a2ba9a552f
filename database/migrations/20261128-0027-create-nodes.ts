import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createNodes: Migration = {
  name: '20261128-0027-create-nodes',

  async up({ context: schema }) {
    await schema.createTable(
      'nodes',
      {
        id: { type: DataTypes.STRING(36), primaryKey: true },
        host: { type: DataTypes.STRING(255), allowNull: false },
        processId: { type: DataTypes.INTEGER, allowNull: false },
        // Milliseconds since 1970.
        startedAt: { type: DataTypes.BIGINT, allowNull: false },
        // The last write of this node that came through.
        seenAt: { type: DataTypes.BIGINT, allowNull: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('nodes');
  },
};
