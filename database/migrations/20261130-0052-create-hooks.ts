import { DataTypes, Op } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const time = { type: DataTypes.DATE(3), allowNull: false };
const timeOrNull = { type: DataTypes.DATE(3), allowNull: true };
const integer = { type: DataTypes.INTEGER, allowNull: false };
const flag = (defaultValue: boolean) => ({
  type: DataTypes.BOOLEAN,
  allowNull: false,
  defaultValue,
});
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const textOrNull = (length: number) => ({ type: DataTypes.STRING(length), allowNull: true });
const longText = { type: DataTypes.TEXT, allowNull: false };
const longTextOrNull = { type: DataTypes.TEXT, allowNull: true };

const hooks = {
  id,
  hookId: { ...text(40), unique: true },
  accountId: text(36),
  dialect: text(16),
  description: textOrNull(255),
  mode: text(4),
  // JSON lists; NULL for no restriction.
  channels: longTextOrNull,
  regions: longTextOrNull,
  companyName: textOrNull(255),
  relayText: flag(false),
  linkDomains: longTextOrNull,
  codeTtlSeconds: integer,
  sendsPerHour: { type: DataTypes.INTEGER, allowNull: true },
  isActive: flag(true),
  sealedSecret: longText,
  sealedPreviousSecret: longTextOrNull,
  previousUntil: timeOrNull,
  lastUsedAt: timeOrNull,
  lastRefusedAt: timeOrNull,
  createdBy: textOrNull(64),
  createdAt: time,
  updatedAt: time,
};

const relayedMessages = {
  id,
  relayId: { ...text(64), unique: true },
  accountId: text(36),
  hookId: textOrNull(40),
  eventKey: { ...textOrNull(64), unique: true },
  phoneNumber: text(254),
  region: text(2),
  purpose: text(32),
  codeLength: integer,
  status: text(10),
  reason: textOrNull(32),
  channel: textOrNull(32),
  sentBy: text(64),
  ipAddress: textOrNull(45),
  sealedMessage: longTextOrNull,
  eraseAt: timeOrNull,
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
};

const indexes = [
  { table: 'hooks', name: 'hooks_account', columns: ['accountId', 'id'] },
  { table: 'relayed_messages', name: 'relayed_messages_hook', columns: ['hookId', 'id'] },
  {
    table: 'relayed_messages',
    name: 'relayed_messages_number',
    columns: ['accountId', 'phoneNumber'],
  },
  { table: 'relayed_messages', name: 'relayed_messages_created', columns: ['createdAt'] },
  {
    table: 'relayed_messages',
    name: 'relayed_messages_erase',
    columns: ['eraseAt'],
    where: { eraseAt: { [Op.ne]: null } },
  },
];

/** Hooks, which servers that own their codes call, and the messages that were sent for them. */
export const createHooks: Migration = {
  name: '20261130-0052-create-hooks',

  async up({ context: schema }) {
    await schema.createTable('hooks', hooks, tableOptions);
    await schema.createTable('relayed_messages', relayedMessages, tableOptions);
    for (const { table, ...index } of indexes) await addIndex(schema, table, index);
  },

  async down({ context: schema }) {
    await schema.dropTable('relayed_messages');
    await schema.dropTable('hooks');
  },
};
