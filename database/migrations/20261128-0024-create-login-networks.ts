import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createLoginNetworks: Migration = {
  name: '20261128-0024-create-login-networks',

  async up({ context: schema }) {
    await schema.createTable(
      'login_networks',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        userId: { type: DataTypes.INTEGER, allowNull: false },
        // A keyed digest of user and network, which does not reveal where the user was.
        networkHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        lastLoginAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('login_networks', ['userId'], { name: 'login_networks_user' });
    await schema.addIndex('login_networks', ['lastLoginAt'], { name: 'login_networks_age' });
    // One row per account, locked while a session is created and the sessions are counted.
    await schema.createTable(
      'session_quotas',
      {
        accountId: { type: DataTypes.STRING(64), primaryKey: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('session_quotas');
    await schema.dropTable('login_networks');
  },
};
