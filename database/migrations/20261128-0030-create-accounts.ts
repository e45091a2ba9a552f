import { DataTypes, type QueryInterface } from 'sequelize';
import type { Migration } from '../migrator.ts';
import { tableOptions } from './table-options.ts';

/** Tables in which few rows are made. They get a foreign key. */
const REFERRING = ['users', 'api_keys', 'sessions', 'test_numbers'];

/** Each row of these would lock the row of its account: they have the same column, and no foreign key. */
const OTHERS = [
  ...['session_quotas', 'otp_logs', 'activity_logs', 'deliveries', 'idempotency_keys'],
  ...['api_usage', 'rollups'],
];

/** A table of the accounts. Until now they were values that other tables had. */
export const createAccounts: Migration = {
  name: '20261128-0030-create-accounts',

  async up({ context: schema }) {
    await schema.createTable(
      'accounts',
      {
        id: { type: DataTypes.STRING(36), primaryKey: true },
        name: { type: DataTypes.STRING(120), allowNull: false },
        // JSON.
        settings: { type: DataTypes.TEXT, allowNull: true },
        createdAt: { type: DataTypes.DATE(3), allowNull: false },
        updatedAt: { type: DataTypes.DATE(3), allowNull: false },
      },
      tableOptions,
    );
    await fill(schema);
    for (const table of REFERRING) await addForeignKey(schema, table);
  },

  async down({ context: schema }) {
    for (const table of REFERRING) {
      if (await hasForeignKey(schema, table)) await schema.removeConstraint(table, nameOf(table));
    }
    await schema.dropTable('accounts');
  },
};

/** Creates the accounts that any table names. What an earlier start created stays. */
async function fill(schema: QueryInterface): Promise<void> {
  const quote = (name: string) => schema.quoteIdentifier(name, true);
  const [id, accountId] = [quote('id'), quote('accountId')];
  const found = [...REFERRING, ...OTHERS].map(
    (table) => `SELECT ${accountId} AS ${id} FROM ${quote(table)}`,
  );
  await schema.sequelize.query(
    `INSERT INTO accounts (${id}, ${quote('name')}, ${quote('createdAt')}, ${quote('updatedAt')})
     SELECT ${id}, ${id}, :now, :now FROM (${found.join(' UNION ')}) AS found
     WHERE ${id} <> '' AND ${id} NOT IN (SELECT ${id} FROM accounts)`,
    { replacements: { now: new Date() } },
  );
}

/** SQLite would have to copy the table for it, and does not check foreign keys unless told to. */
async function addForeignKey(schema: QueryInterface, table: string): Promise<void> {
  if (schema.sequelize.getDialect() === 'sqlite' || (await hasForeignKey(schema, table))) return;
  await schema.addConstraint(table, {
    type: 'foreign key',
    name: nameOf(table),
    fields: ['accountId'],
    references: { table: 'accounts', field: 'id' },
    onDelete: 'restrict',
    onUpdate: 'restrict',
  });
}

async function hasForeignKey(schema: QueryInterface, table: string): Promise<boolean> {
  const keys = (await schema.getForeignKeyReferencesForTable(table)) as readonly {
    readonly constraintName?: string;
  }[];
  return keys.some(({ constraintName }) => constraintName === nameOf(table));
}

function nameOf(table: string): string {
  return `${table}_account_exists`;
}
