import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const time = { type: DataTypes.DATE(3), allowNull: false };
const integer = { type: DataTypes.INTEGER, allowNull: false };
const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
const sid = { ...text(34), unique: true };

const services = {
  id,
  accountId: text(36),
  sid,
  friendlyName: { type: DataTypes.STRING(120), allowNull: true },
  codeLength: integer,
  // JSON list of channel names; NULL for the workflow of the account.
  channels: { type: DataTypes.TEXT, allowNull: true },
  createdAt: time,
  updatedAt: time,
};

const rateLimits = {
  id,
  accountId: text(36),
  serviceSid: text(34),
  sid,
  uniqueName: text(64),
  description: { type: DataTypes.STRING(255), allowNull: true },
  createdAt: time,
  updatedAt: time,
};

const buckets = {
  id,
  accountId: text(36),
  rateLimitSid: text(34),
  sid,
  most: integer,
  intervalSeconds: integer,
  createdAt: time,
  updatedAt: time,
};

const safeNumbers = {
  id,
  accountId: text(36),
  phoneNumber: text(20),
  sid: text(34),
  createdAt: time,
};

/** What an account sets up as it does at Twilio Verify: services, their rate limits, and numbers that are safe. */
export const createVerifyServices: Migration = {
  name: '20261130-0051-create-verify-services',

  async up({ context: schema }) {
    await schema.createTable('verify_services', services, tableOptions);
    await schema.createTable('verify_rate_limits', rateLimits, {
      ...tableOptions,
      uniqueKeys: { verify_rate_limits_name: { fields: ['serviceSid', 'uniqueName'] } },
    });
    await schema.createTable('verify_buckets', buckets, {
      ...tableOptions,
      uniqueKeys: { verify_buckets_span: { fields: ['rateLimitSid', 'intervalSeconds'] } },
    });
    await schema.createTable('safe_numbers', safeNumbers, {
      ...tableOptions,
      uniqueKeys: { safe_numbers_number: { fields: ['accountId', 'phoneNumber'] } },
    });
    await addIndex(schema, 'verify_services', {
      name: 'verify_services_account',
      columns: ['accountId', 'id'],
    });
  },

  async down({ context: schema }) {
    for (const table of ['safe_numbers', 'verify_buckets', 'verify_rate_limits']) {
      await schema.dropTable(table);
    }
    await schema.dropTable('verify_services');
  },
};
