import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createSessions: Migration = {
  name: '20261121-0001-create-sessions',

  async up({ context: schema }) {
    await schema.createTable(
      'sessions',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        sessionId: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        userId: { type: DataTypes.STRING(64), allowNull: true },
        userName: { type: DataTypes.STRING(255), allowNull: true },
        userPhone: { type: DataTypes.STRING(20), allowNull: true },
        isConnected: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        lastSeen: { type: DataTypes.DATE(3), allowNull: true },
        qrGenerated: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        connectedAt: { type: DataTypes.DATE(3), allowNull: true },
        disconnectedAt: { type: DataTypes.DATE(3), allowNull: true },
        deviceInfo: { type: DataTypes.TEXT, allowNull: true },
        status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'inactive' },
        errorMessage: { type: DataTypes.TEXT, allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('sessions', ['accountId'], { name: 'sessions_account' });
  },

  async down({ context: schema }) {
    await schema.dropTable('sessions');
  },
};
