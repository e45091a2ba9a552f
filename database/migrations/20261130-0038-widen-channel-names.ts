import { col, DataTypes, fn, Op, type QueryInterface, where } from 'sequelize';
import type { Migration } from '../migrator.ts';

/** Whether the column can be NULL. */
const columns = { otp_logs: true, deliveries: false, rollups: false };

/** The name of a channel can have a label of up to 16 characters, as in `twilio:us`. */
export const widenChannelNames: Migration = {
  name: '20261130-0038-widen-channel-names',

  up: ({ context: schema }) => setLengths(schema, 32),

  async down({ context: schema }) {
    const isLong = where(fn('LENGTH', col('channel')), { [Op.gt]: 20 });
    for (const table of Object.keys(columns)) await schema.bulkDelete(table, isLong);
    await setLengths(schema, 20);
  },
};

async function setLengths(schema: QueryInterface, length: number): Promise<void> {
  // SQLite does not enforce text lengths, and could change the columns only by copying the tables.
  if (schema.sequelize.getDialect() === 'sqlite') return;
  for (const [table, allowNull] of Object.entries(columns)) {
    await schema.changeColumn(table, 'channel', { type: DataTypes.STRING(length), allowNull });
  }
}
