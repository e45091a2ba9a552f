import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

/** The proofs of verification that were redeemed. */
const columns = {
  // The claim `jti`.
  proofId: { type: DataTypes.STRING(64), primaryKey: true },
  expiresAt: { type: DataTypes.DATE(3), allowNull: false },
};

export const createRedeemedProofs: Migration = {
  name: '20261130-0054-create-redeemed-proofs',

  async up({ context: schema }) {
    await schema.createTable('redeemed_proofs', columns, tableOptions);
    await addIndex(schema, 'redeemed_proofs', {
      name: 'redeemed_proofs_expiry',
      columns: ['expiresAt'],
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('redeemed_proofs');
  },
};
