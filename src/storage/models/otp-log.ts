import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { VerificationStatus } from '../../domain/verification/verification.ts';

/** Declares the `otp_logs` model on one connection; each connection has a class of its own. */
export function defineOTPLog(sequelize: Sequelize) {
  class OTPLog extends Model<InferAttributes<OTPLog>, InferCreationAttributes<OTPLog>> {
    declare id: CreationOptional<number>;
    declare accountId: string;
    declare verificationId: string;
    declare sessionId: string;
    declare phoneNumber: string;
    declare purpose: string;
    declare activeKey: CreationOptional<string | null>;
    declare otpHash: string;
    declare secretVersion: string;
    declare status: CreationOptional<VerificationStatus>;
    declare channel: CreationOptional<string | null>;
    declare messageId: CreationOptional<string | null>;
    declare expiresAt: Date;
    declare verifiedAt: CreationOptional<Date | null>;
    declare attempts: CreationOptional<number>;
    declare maxAttempts: CreationOptional<number>;
    declare companyName: CreationOptional<string | null>;
    declare ipAddress: CreationOptional<string | null>;
    declare userAgent: CreationOptional<string | null>;
    declare createdAt: CreationOptional<Date>;
    declare updatedAt: CreationOptional<Date>;
    declare region: CreationOptional<string>;
    declare deliveredAt: CreationOptional<Date | null>;
    declare readAt: CreationOptional<Date | null>;
    declare seen: CreationOptional<number>;
    declare counted: CreationOptional<number>;
    declare countDue: CreationOptional<Date | null>;
    declare sentBy: CreationOptional<string | null>;
    declare mayHaveArrived: CreationOptional<boolean>;
    declare nodeId: CreationOptional<string | null>;
  }

  return OTPLog.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      accountId: { type: DataTypes.STRING(36), allowNull: false },
      verificationId: { type: DataTypes.STRING(64), allowNull: false, unique: true },
      sessionId: { type: DataTypes.STRING(128), allowNull: false },
      phoneNumber: { type: DataTypes.STRING(20), allowNull: false },
      purpose: { type: DataTypes.STRING(32), allowNull: false },
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
      region: { type: DataTypes.STRING(2), allowNull: false, defaultValue: '' },
      deliveredAt: { type: DataTypes.DATE(3), allowNull: true },
      readAt: { type: DataTypes.DATE(3), allowNull: true },
      seen: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 1 },
      counted: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      countDue: { type: DataTypes.DATE(3), allowNull: true },
      sentBy: { type: DataTypes.STRING(64), allowNull: true },
      mayHaveArrived: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      nodeId: { type: DataTypes.STRING(16), allowNull: true },
    },
    { sequelize, tableName: 'otp_logs' },
  );
}
