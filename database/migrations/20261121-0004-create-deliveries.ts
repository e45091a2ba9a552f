import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createDeliveries: Migration = {
  name: '20261121-0004-create-deliveries',

  async up({ context: schema }) {
    await schema.createTable(
      'deliveries',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        verificationId: { type: DataTypes.STRING(64), allowNull: false },
        channel: { type: DataTypes.STRING(20), allowNull: false },
        sessionId: { type: DataTypes.STRING(64), allowNull: true },
        messageId: { type: DataTypes.STRING(128), allowNull: true },
        status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'pending' },
        reason: { type: DataTypes.STRING(32), allowNull: true },
        details: { type: DataTypes.TEXT, allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('deliveries', ['verificationId'], { name: 'deliveries_verification' });
    // Receipts refer to a message by its id.
    await schema.addIndex('deliveries', ['messageId'], { name: 'deliveries_message' });
    await schema.addIndex('deliveries', ['createdAt'], { name: 'deliveries_created' });
  },

  async down({ context: schema }) {
    await schema.dropTable('deliveries');
  },
};
