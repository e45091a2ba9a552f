import {
  DataTypes,
  type ModelAttributeColumnOptions,
  type ModelAttributes,
  Op,
  type QueryInterface,
} from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';
import { addStatistics } from './sqlite-statistics.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const optionalTime = { type: DataTypes.DATE(3), allowNull: true };
const times = { createdAt: time, updatedAt: time };
const serial = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };

/** Where the events of an account are pushed to. */
const webhooks = (accountId: ModelAttributeColumnOptions) => ({
  id: serial,
  webhookId: { type: DataTypes.STRING(40), allowNull: false, unique: true },
  accountId,
  // The session whose own endpoint this is; NULL for an endpoint of the account.
  sessionId: { type: DataTypes.STRING(128), allowNull: true, unique: true },
  url: { type: DataTypes.TEXT, allowNull: false },
  description: { type: DataTypes.STRING(255), allowNull: true },
  // JSON lists: patterns of types; and the sessions and purposes, or NULL for all.
  events: { type: DataTypes.TEXT, allowNull: false },
  sessions: { type: DataTypes.TEXT, allowNull: true },
  purposes: { type: DataTypes.TEXT, allowNull: true },
  seesNumbers: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
  isActive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
  disabledReason: { type: DataTypes.STRING(16), allowNull: true },
  sealedSecret: { type: DataTypes.TEXT, allowNull: false },
  sealedPreviousSecret: { type: DataTypes.TEXT, allowNull: true },
  previousUntil: optionalTime,
  // Of the attempts since the last success.
  failures: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  failingSince: optionalTime,
  lastError: { type: DataTypes.STRING(255), allowNull: true },
  lastSuccessAt: optionalTime,
  createdBy: { type: DataTypes.STRING(64), allowNull: true },
  ...times,
});

/** What happened, for accounts with an endpoint. */
const events = (accountId: ModelAttributeColumnOptions) => ({
  id: serial,
  eventId: { type: DataTypes.STRING(40), allowNull: false, unique: true },
  accountId,
  type: { type: DataTypes.STRING(40), allowNull: false },
  // The verification, session or endpoint that it is about.
  subject: { type: DataTypes.STRING(128), allowNull: false },
  sessionId: { type: DataTypes.STRING(128), allowNull: true },
  purpose: { type: DataTypes.STRING(32), allowNull: true },
  // JSON.
  data: { type: DataTypes.TEXT, allowNull: false },
  occurredAt: time,
  createdAt: time,
});

/** The push of an event to an endpoint. */
const deliveries = {
  id: serial,
  webhookId: { type: DataTypes.STRING(40), allowNull: false },
  eventId: { type: DataTypes.STRING(40), allowNull: false },
  status: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'PENDING' },
  attempts: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
  // NULL when it has ended. While a node sends it, when another node may.
  nextAttemptAt: optionalTime,
  claimedBy: { type: DataTypes.STRING(40), allowNull: true },
  responseStatus: { type: DataTypes.INTEGER, allowNull: true },
  response: { type: DataTypes.TEXT, allowNull: true },
  lastError: { type: DataTypes.STRING(255), allowNull: true },
  durationMs: { type: DataTypes.INTEGER, allowNull: true },
  ...times,
};

const watched = {
  // When to look for events of the verification that have not been recorded; NULL if there is nothing to look for.
  eventsDueAt: optionalTime,
} as const;

const indexes = [
  ['webhooks', { name: 'webhooks_account', columns: ['accountId'] }],
  ['events', { name: 'events_account', columns: ['accountId', 'id'] }],
  ['events', { name: 'events_subject', columns: ['subject'] }],
  ['events', { name: 'events_created', columns: ['createdAt'] }],
  [
    'webhook_deliveries',
    { name: 'webhook_deliveries_due', columns: ['webhookId', 'nextAttemptAt'] },
  ],
  ['webhook_deliveries', { name: 'webhook_deliveries_created', columns: ['createdAt'] }],
] as const;

const watchIndex = {
  name: 'otp_logs_events_due',
  columns: ['eventsDueAt'],
  where: { eventsDueAt: { [Op.ne]: null } },
};

/** Events, the endpoints that they are pushed to, and the pushes. */
export const createWebhooks: Migration = {
  name: '20261130-0040-create-webhooks',

  async up({ context: schema }) {
    const accountId = accountColumn(schema);
    const create = (table: string, columns: ModelAttributes, uniqueKeys = {}) =>
      schema.createTable(table, columns, { ...tableOptions, uniqueKeys });
    await create('webhooks', webhooks(accountId));
    await create('events', events(accountId));
    await create('webhook_deliveries', deliveries, {
      webhook_deliveries_event: { fields: ['webhookId', 'eventId'] },
    });
    for (const [table, index] of indexes) await addIndex(schema, table, index);
    await addColumns(schema, 'otp_logs', watched);
    await addIndex(schema, 'otp_logs', watchIndex);
    // Few of a million rows, as with the other partial indexes of the log.
    await addStatistics(schema, { otp_logs: { [watchIndex.name]: '10000 1' } });
  },

  async down({ context: schema }) {
    await dropIndex(schema, 'otp_logs', watchIndex.name);
    await dropColumns(schema, 'otp_logs', Object.keys(watched));
    for (const table of ['webhook_deliveries', 'events', 'webhooks']) await schema.dropTable(table);
  },
};

/** SQLite does not check foreign keys unless told to: no table has one there. */
function accountColumn(schema: QueryInterface) {
  const isServer = schema.sequelize.getDialect() !== 'sqlite';
  const reference = {
    references: { model: 'accounts', key: 'id' },
    onDelete: 'restrict',
    onUpdate: 'restrict',
  };
  return { type: DataTypes.STRING(36), allowNull: false, ...(isServer && reference) };
}
