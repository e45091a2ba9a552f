import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createSessionCredentials: Migration = {
  name: '20261121-0009-create-session-credentials',

  async up({ context: schema }) {
    // MySQL's TEXT is limited to 64 KiB, which the state of a large account exceeds.
    const isMysql = schema.sequelize.getDialect() === 'mysql';
    const longText = isMysql ? DataTypes.TEXT('medium') : DataTypes.TEXT;
    await schema.createTable(
      'session_credentials',
      {
        sessionId: { type: DataTypes.STRING(64), primaryKey: true, allowNull: false },
        category: { type: DataTypes.STRING(32), primaryKey: true, allowNull: false },
        keyId: { type: DataTypes.STRING(191), primaryKey: true, allowNull: false },
        // Encrypted with the secret key of `secretVersion`, and bound to the name of this row.
        sealed: { type: longText, allowNull: false },
        secretVersion: { type: DataTypes.STRING(16), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    // After a change of the secret key: finds rows that still use the old one.
    await schema.addIndex('session_credentials', ['sessionId', 'secretVersion'], {
      name: 'session_credentials_secret',
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('session_credentials');
  },
};
