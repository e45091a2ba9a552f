import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

/** Whether requests with a key may name the end user's address. */
export const addClientIpRight: Migration = {
  name: '20261128-0028-add-client-ip-right',

  up({ context: schema }) {
    return addColumns(schema, 'api_keys', {
      clientIp: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
    });
  },

  down({ context: schema }) {
    return dropColumns(schema, 'api_keys', ['clientIp']);
  },
};
