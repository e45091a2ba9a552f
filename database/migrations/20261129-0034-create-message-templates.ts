import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

/** The texts of messages of accounts, which replace the built-in ones. */
export const createMessageTemplates: Migration = {
  name: '20261129-0034-create-message-templates',

  async up({ context: schema }) {
    // SQLite does not check foreign keys unless told to: no table has one there.
    const isServer = schema.sequelize.getDialect() !== 'sqlite';
    const account = {
      references: { model: 'accounts', key: 'id' },
      onDelete: 'restrict',
      onUpdate: 'restrict',
    };
    await schema.createTable(
      'message_templates',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        accountId: { type: DataTypes.STRING(36), allowNull: false, ...(isServer && account) },
        // The name of a channel, or `*` for all.
        channel: { type: DataTypes.STRING(32), allowNull: false },
        // A BCP 47 tag, or `*` for all languages without a template.
        locale: { type: DataTypes.STRING(35), allowNull: false },
        text: { type: DataTypes.TEXT, allowNull: false },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      {
        ...tableOptions,
        uniqueKeys: {
          message_templates_target: { fields: ['accountId', 'channel', 'locale'] },
        },
      },
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('message_templates');
  },
};
