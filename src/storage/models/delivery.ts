import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { DeliveryFailureReason, DeliveryStatus } from '../../domain/delivery/delivery.ts';

/** Declares the `deliveries` model on one connection; each connection has a class of its own. */
export function defineDelivery(sequelize: Sequelize) {
  class Delivery extends Model<InferAttributes<Delivery>, InferCreationAttributes<Delivery>> {
    declare id: CreationOptional<number>;
    declare accountId: string;
    declare verificationId: string;
    declare channel: string;
    declare sessionId: CreationOptional<string | null>;
    declare messageId: CreationOptional<string | null>;
    declare status: CreationOptional<DeliveryStatus>;
    declare reason: CreationOptional<DeliveryFailureReason | null>;
    declare details: CreationOptional<string | null>;
    declare createdAt: CreationOptional<Date>;
    declare updatedAt: CreationOptional<Date>;
    declare acceptedAt: CreationOptional<Date | null>;
    declare deliveredAt: CreationOptional<Date | null>;
    declare readAt: CreationOptional<Date | null>;
    declare failedAt: CreationOptional<Date | null>;
  }

  return Delivery.init(
    {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      accountId: { type: DataTypes.STRING(36), allowNull: false },
      verificationId: { type: DataTypes.STRING(64), allowNull: false },
      channel: { type: DataTypes.STRING(20), allowNull: false },
      sessionId: { type: DataTypes.STRING(128), allowNull: true },
      messageId: { type: DataTypes.STRING(128), allowNull: true },
      status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'pending' },
      reason: { type: DataTypes.STRING(32), allowNull: true },
      details: { type: DataTypes.TEXT, allowNull: true },
      createdAt: { type: DataTypes.DATE(3), allowNull: false },
      updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      acceptedAt: { type: DataTypes.DATE(3), allowNull: true },
      deliveredAt: { type: DataTypes.DATE(3), allowNull: true },
      readAt: { type: DataTypes.DATE(3), allowNull: true },
      failedAt: { type: DataTypes.DATE(3), allowNull: true },
    },
    { sequelize, tableName: 'deliveries' },
  );
}
