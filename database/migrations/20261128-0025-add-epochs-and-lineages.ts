import { DataTypes, type QueryInterface } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { addColumns, dropColumns } from './change-table.ts';
import { tableOptions } from './table-options.ts';

const added = {
  // The node that sends the message; NULL in rows from before this migration.
  otp_logs: { nodeId: { type: DataTypes.STRING(16), allowNull: true } },
  // The first key in a chain of rotations; NULL for that key itself.
  api_keys: { lineageId: { type: DataTypes.STRING(32), allowNull: true } },
} as const;

/** One row: how often this database was found to have been replaced by an older backup. */
const epochs = {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: false },
  number: { type: DataTypes.INTEGER, allowNull: false },
  startedAt: { type: DataTypes.BIGINT, allowNull: false },
};

export const addEpochsAndLineages: Migration = {
  name: '20261128-0025-add-epochs-and-lineages',

  async up({ context: schema }) {
    await schema.createTable('epochs', epochs, tableOptions);
    const [row] = await selectRows(schema, 'SELECT "id" FROM "epochs"');
    if (!row) await schema.bulkInsert('epochs', [{ id: 1, number: 0, startedAt: 0 }]);
    for (const [table, columns] of Object.entries(added)) await addColumns(schema, table, columns);
    await fillLineages(schema);
  },

  async down({ context: schema }) {
    for (const [table, columns] of Object.entries(added)) {
      await dropColumns(schema, table, Object.keys(columns));
    }
    await schema.dropTable('epochs');
  },
};

/** Fills the lineage of keys that were rotated before: the first key of each chain. */
async function fillLineages(schema: QueryInterface): Promise<void> {
  const rotated = await selectRows(
    schema,
    'SELECT "keyId", "rotatedTo" FROM "api_keys" WHERE "rotatedTo" IS NOT NULL ORDER BY "id"',
  );
  const lineageOf = new Map<string, string>();
  for (const { keyId, rotatedTo } of rotated) {
    lineageOf.set(String(rotatedTo), lineageOf.get(String(keyId)) ?? String(keyId));
  }
  for (const [keyId, lineageId] of lineageOf) {
    await schema.bulkUpdate('api_keys', { lineageId }, { keyId });
  }
}

async function selectRows(schema: QueryInterface, sql: string) {
  const spelled = sql.replace(/"(\w+)"/g, (_, name: string) => schema.quoteIdentifier(name, true));
  const [rows] = await schema.sequelize.query(spelled);
  return rows as Readonly<Record<string, unknown>>[];
}
