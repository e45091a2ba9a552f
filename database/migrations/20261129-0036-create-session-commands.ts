import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

/** What other nodes ask the node to do that hosts a session. A row lives for seconds. */
export const createSessionCommands: Migration = {
  name: '20261129-0036-create-session-commands',

  async up({ context: schema }) {
    await schema.createTable(
      'session_commands',
      {
        commandId: { type: DataTypes.STRING(32), primaryKey: true },
        sessionId: { type: DataTypes.STRING(128), allowNull: false },
        command: { type: DataTypes.STRING(32), allowNull: false },
        // Empty as soon as there is a reply.
        sealedPayload: { type: DataTypes.TEXT, allowNull: false },
        // The owner of the session's lease that runs it.
        takenBy: { type: DataTypes.STRING(36) },
        sealedReply: { type: DataTypes.TEXT },
        // Milliseconds since 1970.
        expiresAt: { type: DataTypes.BIGINT, allowNull: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('session_commands');
  },
};
