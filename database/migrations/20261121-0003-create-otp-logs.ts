import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createOtpLogs: Migration = {
  name: '20261121-0003-create-otp-logs',

  async up({ context: schema }) {
    await schema.createTable(
      'otp_logs',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        verificationId: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        sessionId: { type: DataTypes.STRING(64), allowNull: false },
        phoneNumber: { type: DataTypes.STRING(20), allowNull: false },
        purpose: { type: DataTypes.STRING(32), allowNull: false },
        // Unique while the verification is live and NULL after: one live verification per recipient and purpose.
        activeKey: { type: DataTypes.STRING(128), allowNull: true, unique: true },
        otpHash: { type: DataTypes.STRING(255), allowNull: false },
        secretVersion: { type: DataTypes.STRING(16), allowNull: false },
        status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'sent' },
        channel: { type: DataTypes.STRING(20), allowNull: true },
        messageId: { type: DataTypes.STRING(128), allowNull: true },
        expiresAt: { type: DataTypes.DATE(3), allowNull: false },
        verifiedAt: { type: DataTypes.DATE(3), allowNull: true },
        attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        maxAttempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 3 },
        companyName: { type: DataTypes.STRING(255), allowNull: true },
        ipAddress: { type: DataTypes.STRING(45), allowNull: true },
        userAgent: { type: DataTypes.STRING(512), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    // For the status, which reads the newest verification of a recipient.
    await schema.addIndex('otp_logs', ['accountId', 'phoneNumber', 'purpose', 'id'], {
      name: 'otp_logs_recipient',
    });
    // For the jobs that expire and prune verifications.
    await schema.addIndex('otp_logs', ['status', 'expiresAt'], { name: 'otp_logs_expiry' });
    await schema.addIndex('otp_logs', ['createdAt'], { name: 'otp_logs_created' });
  },

  async down({ context: schema }) {
    await schema.dropTable('otp_logs');
  },
};
