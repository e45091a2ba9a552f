import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createActivityLogs: Migration = {
  name: '20261121-0002-create-activity-logs',

  async up({ context: schema }) {
    await schema.createTable(
      'activity_logs',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        sessionId: { type: DataTypes.STRING(64), allowNull: true },
        action: { type: DataTypes.STRING(32), allowNull: false },
        messageType: { type: DataTypes.STRING(32), allowNull: true },
        phoneNumber: { type: DataTypes.STRING(20), allowNull: true },
        messageId: { type: DataTypes.STRING(128), allowNull: true },
        status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'success' },
        details: { type: DataTypes.TEXT, allowNull: true },
        errorMessage: { type: DataTypes.TEXT, allowNull: true },
        requestData: { type: DataTypes.TEXT, allowNull: true },
        responseData: { type: DataTypes.TEXT, allowNull: true },
        ipAddress: { type: DataTypes.STRING(45), allowNull: true },
        userAgent: { type: DataTypes.STRING(512), allowNull: true },
        duration: { type: DataTypes.INTEGER, allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    // For pruning by age, and for reading the log by time.
    await schema.addIndex('activity_logs', ['createdAt'], { name: 'activity_logs_created' });
    await schema.addIndex('activity_logs', ['accountId', 'sessionId', 'id'], {
      name: 'activity_logs_session',
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('activity_logs');
  },
};
