import { col, DataTypes, fn, Op, type QueryInterface, where } from 'sequelize';
import type { Migration } from '../migrator.ts';

/** The name of a session's lease includes the session name, which alone may have 64 characters. */
export const widenLeaseNames: Migration = {
  name: '20261121-0011-widen-lease-names',

  up: ({ context: schema }) => setLength(schema, 128),

  async down({ context: schema }) {
    await schema.bulkDelete('leases', where(fn('LENGTH', col('name')), { [Op.gt]: 64 }));
    await setLength(schema, 64);
  },
};

async function setLength(schema: QueryInterface, length: number): Promise<void> {
  // SQLite does not enforce text lengths, and could change the column only by copying the table.
  if (schema.sequelize.getDialect() === 'sqlite') return;
  await schema.changeColumn('leases', 'name', { type: DataTypes.STRING(length), allowNull: false });
}
