import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

const FIGURES = [
  ...['asked', 'sent', 'delivered', 'read', 'verified', 'failed', 'expired'],
  ...['messages', 'messageFailures', 'limitHits'],
];

/** The number of histogram buckets for the times to delivery and to verification. */
const BINS = 24;
const bins = Array.from({ length: BINS }, (_, index) => String(index).padStart(2, '0'));

const counters = [
  ...FIGURES,
  ...bins.map((bin) => `deliveredIn${bin}`),
  ...bins.map((bin) => `verifiedIn${bin}`),
];

export const createRollups: Migration = {
  name: '20261121-0019-create-rollups',

  async up({ context: schema }) {
    await schema.createTable(
      'rollups',
      {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        // A digest of everything that identifies the row.
        rollupKey: { type: DataTypes.STRING(64), allowNull: false, unique: true },
        // `account`, `channel`, `session`, `region`, or `way`: all three of them.
        level: { type: DataTypes.STRING(10), allowNull: false },
        // `quarter` of an hour, or `ever`.
        span: { type: DataTypes.STRING(10), allowNull: false },
        startsAt: { type: DataTypes.DATE(3), allowNull: false },
        accountId: { type: DataTypes.STRING(36), allowNull: false },
        channel: { type: DataTypes.STRING(20), allowNull: false },
        sessionId: { type: DataTypes.STRING(128), allowNull: false },
        region: { type: DataTypes.STRING(2), allowNull: false },
        ...Object.fromEntries(
          counters.map((name) => [
            name,
            { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
          ]),
        ),
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await schema.addIndex('rollups', ['level', 'span', 'accountId', 'startsAt'], {
      name: 'rollups_account',
    });
    // For operators, who read all accounts.
    await schema.addIndex('rollups', ['level', 'span', 'startsAt'], { name: 'rollups_time' });
  },

  async down({ context: schema }) {
    await schema.dropTable('rollups');
  },
};
