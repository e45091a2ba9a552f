import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** Declares the `activity_logs` model on one connection; each connection has a class of its own. */
export function defineActivityLog(sequelize: Sequelize) {
  class ActivityLog extends Model<
    InferAttributes<ActivityLog>,
    InferCreationAttributes<ActivityLog>
  > {
    declare id: CreationOptional<number>;
    declare accountId: string;
    declare sessionId: CreationOptional<string | null>;
    declare action: string;
    declare messageType: CreationOptional<string | null>;
    declare phoneNumber: CreationOptional<string | null>;
    declare messageId: CreationOptional<string | null>;
    declare status: CreationOptional<'success' | 'error' | 'pending'>;
    declare details: CreationOptional<string | null>;
    declare errorMessage: CreationOptional<string | null>;
    declare requestData: CreationOptional<string | null>;
    declare responseData: CreationOptional<string | null>;
    declare ipAddress: CreationOptional<string | null>;
    declare userAgent: CreationOptional<string | null>;
    declare duration: CreationOptional<number | null>;
    declare createdAt: CreationOptional<Date>;
    declare updatedAt: CreationOptional<Date>;
    declare verificationId: CreationOptional<string | null>;
    declare countDue: CreationOptional<Date | null>;
    declare isTest: CreationOptional<boolean>;
  }

  return ActivityLog.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      accountId: { type: DataTypes.STRING(36), allowNull: false },
      sessionId: { type: DataTypes.STRING(128), allowNull: true },
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
      verificationId: { type: DataTypes.STRING(64), allowNull: true },
      countDue: { type: DataTypes.DATE(3), allowNull: true },
      isTest: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    },
    { sequelize, tableName: 'activity_logs' },
  );
}
