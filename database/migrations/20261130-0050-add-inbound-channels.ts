import { DataTypes } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

/** The channel to whose number the message goes; NULL for that of the session. */
const columns = { channel: { type: DataTypes.STRING(32), allowNull: true } };

/** A verification by an incoming message can wait for one to the number of a channel. */
export const addInboundChannels: Migration = {
  name: '20261130-0050-add-inbound-channels',

  async up({ context: schema }) {
    await addColumns(schema, 'inbound_verifications', columns);
  },

  async down({ context: schema }) {
    await dropColumns(schema, 'inbound_verifications', Object.keys(columns));
  },
};
