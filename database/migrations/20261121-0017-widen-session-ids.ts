import { col, DataTypes, fn, Op, type QueryInterface, where } from 'sequelize';
import type { Migration } from '../migrator.ts';

/** Whether the column must have a value. */
const columns = {
  sessions: false,
  activity_logs: true,
  otp_logs: false,
  deliveries: true,
  session_credentials: false,
  session_contacts: false,
};

/** Outside the default account, a session id includes the account before the name of up to 64 characters. */
export const widenSessionIds: Migration = {
  name: '20261121-0017-widen-session-ids',

  up: ({ context: schema }) => setLengths(schema, 128),

  async down({ context: schema }) {
    const isLong = where(fn('LENGTH', col('sessionId')), { [Op.gt]: 64 });
    for (const table of Object.keys(columns)) await schema.bulkDelete(table, isLong);
    await setLengths(schema, 64);
  },
};

async function setLengths(schema: QueryInterface, length: number): Promise<void> {
  // SQLite does not enforce text lengths, and could change the columns only by copying the tables.
  if (schema.sequelize.getDialect() === 'sqlite') return;
  for (const [table, allowNull] of Object.entries(columns)) {
    await schema.changeColumn(table, 'sessionId', { type: DataTypes.STRING(length), allowNull });
  }
}
