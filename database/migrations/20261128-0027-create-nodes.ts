import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

export const createNodes: Migration = {
  name: '20261128-0027-create-nodes',

  async up({ context: schema }) {
    await schema.createTable(
      'nodes',
      {
        id: { type: DataTypes.STRING(16), primaryKey: true },
        // A name by which other processes on the same machine can tell that this one is dead.
        process: { type: DataTypes.STRING(36), allowNull: false },
        host: { type: DataTypes.STRING(255), allowNull: false },
        processId: { type: DataTypes.INTEGER, allowNull: false },
        // Milliseconds since 1970.
        startedAt: { type: DataTypes.BIGINT, allowNull: false },
        version: { type: DataTypes.STRING(32), allowNull: false },
        // The last successful write of this node.
        seenAt: { type: DataTypes.BIGINT, allowNull: false },
        // Until when it counts as alive without another write; `seenAt` after it has stopped.
        aliveUntil: { type: DataTypes.BIGINT, allowNull: false },
        // Increases while the node runs. A database with a lower value than the node remembers was restored.
        beat: { type: DataTypes.BIGINT, allowNull: false },
        // Whether the unfinished work of a dead node is settled.
        isSettled: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('nodes');
  },
};
