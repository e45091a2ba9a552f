import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createTestNumbers: Migration = {
  name: '20261121-0015-create-test-numbers',

  async up({ context: schema }) {
    await schema.createTable(
      'test_numbers',
      {
        accountId: { type: DataTypes.STRING(36), primaryKey: true, allowNull: false },
        phoneNumber: { type: DataTypes.STRING(20), primaryKey: true, allowNull: false },
        // Hashed like every code, although this one is fixed.
        otpHash: { type: DataTypes.STRING(255), allowNull: false },
        secretVersion: { type: DataTypes.STRING(16), allowNull: false },
        // After this time, the number is like any other.
        validUntil: { type: DataTypes.DATE(3), allowNull: false },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('test_numbers');
  },
};
