import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

/** `code`: of a verification. `relayed`: a code that another server owns. */
const columns = { kind: { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'code' } };

/** A delivery says what it delivers. */
export const addDeliveryKinds: Migration = {
  name: '20261130-0053-add-delivery-kinds',

  async up({ context: schema }) {
    await addColumns(schema, 'deliveries', columns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'deliveries', Object.keys(columns));
  },
};
