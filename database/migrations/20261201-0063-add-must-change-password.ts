import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

/** Whether someone else has set the password of a user, who must replace it after the next login. */
export const addMustChangePassword: Migration = {
  name: '20261201-0063-add-must-change-password',

  up({ context: schema }) {
    return addColumns(schema, 'users', {
      mustChangePassword: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    });
  },

  down({ context: schema }) {
    return dropColumns(schema, 'users', ['mustChangePassword']);
  },
};
