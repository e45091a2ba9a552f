import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createApiKeys: Migration = {
  name: '20261121-0013-create-api-keys',

  async up({ context: schema }) {
    await schema.createTable(
      'api_keys',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        // The public id of the key, which is not a credential.
        keyId: { type: DataTypes.STRING(32), allowNull: false, unique: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        // SHA-256 in hex. The key has 256 random bits, so that a plain digest cannot be guessed.
        keyHash: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        // The first characters, so that people can tell their keys apart.
        prefix: { type: DataTypes.STRING(16), allowNull: false },
        name: { type: DataTypes.STRING(120), allowNull: false },
        mode: { type: DataTypes.STRING(4), allowNull: false, defaultValue: 'live' },
        // Lists as JSON; NULL means no restriction.
        scopes: { type: DataTypes.TEXT, allowNull: false },
        sessions: { type: DataTypes.TEXT, allowNull: true },
        purposes: { type: DataTypes.TEXT, allowNull: true },
        regions: { type: DataTypes.TEXT, allowNull: true },
        networks: { type: DataTypes.TEXT, allowNull: true },
        // Who created it: `bootstrap`, `key:…` or `user:…`.
        createdBy: { type: DataTypes.STRING(64), allowNull: false },
        // The key that replaced it; a key is rotated once.
        rotatedTo: { type: DataTypes.STRING(32), allowNull: true },
        expiresAt: { type: DataTypes.DATE(3), allowNull: true },
        lastUsedAt: { type: DataTypes.DATE(3), allowNull: true },
        revokedAt: { type: DataTypes.DATE(3), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('api_keys', ['accountId', 'id'], { name: 'api_keys_account' });
  },

  async down({ context: schema }) {
    await schema.dropTable('api_keys');
  },
};
