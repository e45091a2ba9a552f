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
        // One row is one login: the family of the refresh tokens that came one out of another.
        familyId: { type: DataTypes.STRING(48), allowNull: false, unique: true },
        userId: { type: DataTypes.INTEGER, allowNull: false },
        // How often it was refreshed. A token names its own, and only the present one refreshes.
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
    // The job that drops logins that are over.
    await schema.addIndex('tokens', ['expiresAt'], { name: 'tokens_expiry' });
  },

  async down({ context: schema }) {
    await schema.dropTable('tokens');
  },
};
