import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createUsers: Migration = {
  name: '20261121-0012-create-users',

  async up({ context: schema }) {
    await schema.createTable(
      'users',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        // In lower case, so that one address is one user.
        email: { type: DataTypes.STRING(254), allowNull: false, unique: true },
        name: { type: DataTypes.STRING(120), allowNull: false },
        passwordHash: { type: DataTypes.STRING(255), allowNull: false },
        role: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'USER' },
        isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
        description: { type: DataTypes.STRING(500), allowNull: true },
        documentId: { type: DataTypes.STRING(64), allowNull: true },
        lastLoginAt: { type: DataTypes.DATE(3), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('users', ['accountId', 'id'], { name: 'users_account' });
  },

  async down({ context: schema }) {
    await schema.dropTable('users');
  },
};
