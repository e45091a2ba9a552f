import { DataTypes, Op, type QueryInterface } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, addIndex, dropColumns, dropIndex } from './change-table.ts';

const added = {
  otp_logs: {
    // What is needed to send its code again, sealed; NULL after the verification has ended.
    sealedMessage: { type: DataTypes.TEXT, allowNull: true },
  },
  deliveries: {
    // The ID by which the provider reports on the message, if it is not ours.
    providerMessageId: { type: DataTypes.STRING(128), allowNull: true },
    // The position in the workflow of the verification.
    step: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    // What must be reported before `dueAt`, or else the next step starts.
    until: { type: DataTypes.STRING(10), allowNull: true },
    dueAt: { type: DataTypes.DATE(3), allowNull: true },
    // The node that works on it, and how long no other node does.
    claimedBy: { type: DataTypes.STRING(16), allowNull: true },
    claimedUntil: { type: DataTypes.DATE(3), allowNull: true },
  },
} as const;

const indexes = [
  { name: 'deliveries_due', columns: ['dueAt'], where: { dueAt: { [Op.ne]: null } } },
  {
    name: 'deliveries_provider',
    columns: ['channel', 'providerMessageId'],
    where: { providerMessageId: { [Op.ne]: null } },
  },
];

/** Makes `deliveries` the queue of what is still to be sent. */
export const queueDeliveries: Migration = {
  name: '20261129-0033-queue-deliveries',

  async up({ context: schema }) {
    for (const [table, columns] of Object.entries(added)) await addColumns(schema, table, columns);
    await replaceStatus(schema, 'pending', 'sending');
    for (const index of indexes) await addIndex(schema, 'deliveries', index);
  },

  async down({ context: schema }) {
    for (const { name } of indexes) await dropIndex(schema, 'deliveries', name);
    await replaceStatus(schema, 'sending', 'pending');
    for (const [table, columns] of Object.entries(added)) {
      await dropColumns(schema, table, Object.keys(columns));
    }
  },
};

/** Renames the state of a delivery in progress, which is also the default. */
async function replaceStatus(schema: QueryInterface, from: string, to: string): Promise<void> {
  const column = { type: DataTypes.STRING(10), allowNull: false, defaultValue: to };
  if (schema.sequelize.getDialect() === 'sqlite') await replaceColumn(schema, to);
  else await schema.changeColumn('deliveries', 'status', column);
  await schema.bulkUpdate('deliveries', { status: to }, { status: from });
}

/**
 * SQLite cannot change a default, and Sequelize's changeColumn would copy the table and lose its indexes. An interrupted
 * start continues where it stopped.
 */
async function replaceColumn(schema: QueryInterface, defaultValue: string): Promise<void> {
  const run = (sql: string) => schema.sequelize.query(sql);
  const read = async (): Promise<Record<string, { readonly defaultValue: unknown } | undefined>> =>
    schema.describeTable('deliveries');
  const before = await read();
  if (before['status'] && before['status'].defaultValue !== defaultValue) {
    if (!before['newStatus']) {
      await run(
        `ALTER TABLE "deliveries" ADD COLUMN "newStatus" VARCHAR(10) NOT NULL DEFAULT '${defaultValue}'`,
      );
    }
    await run(`UPDATE "deliveries" SET "newStatus" = "status"`);
    await run(`ALTER TABLE "deliveries" DROP COLUMN "status"`);
  }
  const after = await read();
  if (after['newStatus'])
    await run(`ALTER TABLE "deliveries" RENAME COLUMN "newStatus" TO "status"`);
}
