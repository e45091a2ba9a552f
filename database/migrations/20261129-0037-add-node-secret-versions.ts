import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

/** Which secret keys a node has, so that one with other keys does not join. NULL for nodes of older versions. */
export const addNodeSecretVersions: Migration = {
  name: '20261129-0037-add-node-secret-versions',

  up({ context: schema }) {
    return addColumns(schema, 'nodes', { secretVersions: { type: DataTypes.STRING(32) } });
  },

  down({ context: schema }) {
    return dropColumns(schema, 'nodes', ['secretVersions']);
  },
};
