import { col, DataTypes, fn, Op, type QueryInterface, where } from 'sequelize';
import type { Migration } from '../migrator.ts';

/** A lease of a session has the session's name in its own, which alone may have 64 characters. */
export const widenLeaseNames: Migration = {
  name: '20261121-0011-widen-lease-names',

  up: ({ context: schema }) => setLength(schema, 128),

  async down({ context: schema }) {
    await schema.bulkDelete('leases', where(fn('LENGTH', col('name')), { [Op.gt]: 64 }));
    await setLength(schema, 64);
  },
};

async function setLength(schema: QueryInterface, length: number): Promise<void> {
  // SQLite holds texts to no length, and could change the column only by copying the table.
  if (schema.sequelize.getDialect() === 'sqlite') return;
  await schema.changeColumn('leases', 'name', { type: DataTypes.STRING(length), allowNull: false });
}
