import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { SessionState, SessionStatus } from '../../domain/whatsapp/session.ts';

/** Declares the `sessions` model on one connection; each connection has a class of its own. */
export function defineSession(sequelize: Sequelize) {
  class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
    declare id: CreationOptional<number>;
    declare accountId: string;
    declare sessionId: string;
    declare userId: CreationOptional<string | null>;
    declare userName: CreationOptional<string | null>;
    declare userPhone: CreationOptional<string | null>;
    declare isConnected: CreationOptional<boolean>;
    declare lastSeen: CreationOptional<Date | null>;
    declare qrGenerated: CreationOptional<boolean>;
    declare connectedAt: CreationOptional<Date | null>;
    declare disconnectedAt: CreationOptional<Date | null>;
    declare deviceInfo: CreationOptional<string | null>;
    declare status: CreationOptional<SessionStatus>;
    declare errorMessage: CreationOptional<string | null>;
    declare createdAt: CreationOptional<Date>;
    declare updatedAt: CreationOptional<Date>;
    declare state: CreationOptional<SessionState>;
    declare stateReason: CreationOptional<string | null>;
    declare attempt: CreationOptional<number>;
    declare nextTryAt: CreationOptional<Date | null>;
    declare isLinked: CreationOptional<boolean>;
    declare contactsBlockedUntil: CreationOptional<Date | null>;
    declare contactsBlockedBy: CreationOptional<string | null>;

    static getBySessionId(sessionId: string): Promise<Session | null> {
      return Session.findOne({ where: { sessionId } });
    }
  }

  return Session.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      accountId: { type: DataTypes.STRING(36), allowNull: false },
      sessionId: { type: DataTypes.STRING(128), allowNull: false, unique: true },
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
      state: { type: DataTypes.STRING(16), allowNull: false, defaultValue: 'unlinked' },
      stateReason: { type: DataTypes.STRING(255), allowNull: true },
      attempt: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
      nextTryAt: { type: DataTypes.DATE(3), allowNull: true },
      isLinked: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      contactsBlockedUntil: { type: DataTypes.DATE(3), allowNull: true },
      contactsBlockedBy: { type: DataTypes.STRING(255), allowNull: true },
    },
    { sequelize, tableName: 'sessions' },
  );
}
