import { col, DataTypes, fn, Op, type QueryInterface, where } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';

type Widened = {
  readonly table: string;
  readonly column: string;
  readonly from: number;
  readonly to: number;
  readonly allowNull: boolean;
};

/** An email address has up to 254 characters. In keys, the account, the purpose and the name of a limit are added. */
const widened: readonly Widened[] = [
  { table: 'otp_logs', column: 'phoneNumber', from: 20, to: 254, allowNull: false },
  { table: 'otp_logs', column: 'activeKey', from: 128, to: 330, allowNull: true },
  { table: 'activity_logs', column: 'phoneNumber', from: 20, to: 254, allowNull: true },
  { table: 'rate_limits', column: 'limitKey', from: 191, to: 350, allowNull: false },
];

/** `phone`, or `email` for a verification whose `phoneNumber` holds an email address. */
const recipientKind = { type: DataTypes.STRING(10), allowNull: false, defaultValue: 'phone' };

export const addEmailRecipients: Migration = {
  name: '20261130-0039-add-email-recipients',

  async up({ context: schema }) {
    await addColumns(schema, 'otp_logs', { recipientKind });
    await setLengths(schema, 'to');
  },

  async down({ context: schema }) {
    for (const { table, column, from } of widened) {
      const isLong = where(fn('LENGTH', col(column)), { [Op.gt]: from });
      const isEmail = { [column]: { [Op.like]: '%@%' } };
      await schema.bulkDelete(table, { [Op.or]: [isLong, isEmail] });
    }
    await setLengths(schema, 'from');
    await dropColumns(schema, 'otp_logs', ['recipientKind']);
  },
};

async function setLengths(schema: QueryInterface, end: 'from' | 'to'): Promise<void> {
  // SQLite does not enforce text lengths, and could change the columns only by copying the tables.
  if (schema.sequelize.getDialect() === 'sqlite') return;
  for (const { table, column, allowNull, ...lengths } of widened) {
    const type = DataTypes.STRING(lengths[end]);
    await schema.changeColumn(table, column, { type, allowNull });
  }
}
