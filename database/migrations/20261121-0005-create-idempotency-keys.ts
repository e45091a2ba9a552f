import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createIdempotencyKeys: Migration = {
  name: '20261121-0005-create-idempotency-keys',

  async up({ context: schema }) {
    await schema.createTable(
      'idempotency_keys',
      {
        // A keyed digest of account, route and the client's key; the key itself is not stored.
        keyDigest: { type: DataTypes.STRING(64), primaryKey: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        // A keyed digest of the body, which may contain a code.
        bodyDigest: { type: DataTypes.STRING(64), allowNull: false },
        // NULL while the first request is still running.
        statusCode: { type: DataTypes.INTEGER, allowNull: true },
        responseBody: { type: DataTypes.TEXT, allowNull: true },
        // The owner of this token may finish the request; after `lockedUntil`, another may take over.
        owner: { type: DataTypes.STRING(36), allowNull: false },
        lockedUntil: { type: DataTypes.BIGINT, allowNull: false },
        createdAt: { type: DataTypes.BIGINT, allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('idempotency_keys', ['createdAt'], { name: 'idempotency_keys_created' });
  },

  async down({ context: schema }) {
    await schema.dropTable('idempotency_keys');
  },
};
