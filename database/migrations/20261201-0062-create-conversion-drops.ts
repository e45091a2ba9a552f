import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addIndex } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const time = { type: DataTypes.DATE(3), allowNull: false };
const share = { type: DataTypes.DOUBLE, allowNull: false };

/** When fewer codes of a channel or region were verified than usual. */
const columns = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  accountId: { type: DataTypes.STRING(36), allowNull: false },
  // `channel` or `region`, and which one.
  dimension: { type: DataTypes.STRING(10), allowNull: false },
  value: { type: DataTypes.STRING(64), allowNull: false },
  // Unique until it ends, then NULL.
  activeKey: { type: DataTypes.STRING(120), allowNull: true, unique: true },
  share,
  expectedShare: share,
  windowFrom: time,
  windowTo: time,
  endedAt: { type: DataTypes.DATE(3), allowNull: true },
  createdAt: time,
  updatedAt: time,
};

export const createConversionDrops: Migration = {
  name: '20261201-0062-create-conversion-drops',

  async up({ context: schema }) {
    await schema.createTable('conversion_drops', columns, tableOptions);
    await addIndex(schema, 'conversion_drops', {
      name: 'conversion_drops_end',
      columns: ['endedAt'],
    });
  },

  async down({ context: schema }) {
    await schema.dropTable('conversion_drops');
  },
};
