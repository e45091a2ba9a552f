import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createTokens: Migration = {
  name: '20261121-0014-create-tokens',

  async up({ context: schema }) {
    await schema.createTable(
      'tokens',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        // One row is one login: the family of its successive refresh tokens.
        familyId: { type: DataTypes.STRING(48), allowNull: false, unique: true },
        userId: { type: DataTypes.INTEGER, allowNull: false },
        // How often it was refreshed. A token carries its generation, and only the current one is accepted.
        generation: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
        scope: { type: DataTypes.STRING(255), allowNull: false },
        refreshedAt: { type: DataTypes.DATE(3), allowNull: false },
        expiresAt: { type: DataTypes.DATE(3), allowNull: false },
        isRevoked: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        ipAddress: { type: DataTypes.STRING(45), allowNull: true },
        userAgent: { type: DataTypes.STRING(512), allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('tokens', ['userId'], { name: 'tokens_user' });
    // For the job that deletes ended logins.
    await schema.addIndex('tokens', ['expiresAt'], { name: 'tokens_expiry' });
  },

  async down({ context: schema }) {
    await schema.dropTable('tokens');
  },
};
