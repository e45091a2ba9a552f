import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createLeases: Migration = {
  name: '20261121-0007-create-leases',

  async up({ context: schema }) {
    await schema.createTable(
      'leases',
      {
        name: { type: DataTypes.STRING(64), primaryKey: true },
        owner: { type: DataTypes.STRING(36), allowNull: false },
        // Milliseconds since 1970, after which any node may acquire the lease.
        heldUntil: { type: DataTypes.BIGINT, allowNull: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('leases');
  },
};
