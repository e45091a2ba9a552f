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
        // A name by which other processes of the same machine know that this one is dead.
        process: { type: DataTypes.STRING(36), allowNull: false },
        host: { type: DataTypes.STRING(255), allowNull: false },
        processId: { type: DataTypes.INTEGER, allowNull: false },
        // Milliseconds since 1970.
        startedAt: { type: DataTypes.BIGINT, allowNull: false },
        version: { type: DataTypes.STRING(32), allowNull: false },
        // The last write of this node that came through.
        seenAt: { type: DataTypes.BIGINT, allowNull: false },
        // Until when it counts as alive without another write; `seenAt` once it has left.
        aliveUntil: { type: DataTypes.BIGINT, allowNull: false },
        // Counts up while the node runs. A database that has a lower one than the node remembers was restored.
        beat: { type: DataTypes.BIGINT, allowNull: false },
        // Whether what a dead node left undone is settled.
        isSettled: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      },
      tableOptions,
    );
  },

  async down({ context: schema }) {
    await schema.dropTable('nodes');
  },
};
