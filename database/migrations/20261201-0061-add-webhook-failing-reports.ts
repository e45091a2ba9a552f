import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

const columns = { failingReportedAt: { type: DataTypes.DATE(3), allowNull: true } };

/** When it was last reported that a webhook fails. */
export const addWebhookFailingReports: Migration = {
  name: '20261201-0061-add-webhook-failing-reports',

  async up({ context: schema }) {
    await addColumns(schema, 'webhooks', columns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'webhooks', Object.keys(columns));
  },
};
