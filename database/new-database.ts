import type { QueryInterface, Sequelize } from 'sequelize';
import type { Migration } from './migrator.ts';
import { snapshots } from './snapshot/index.ts';

type Schema = {
  readonly sequelize: Sequelize;
  readonly statements: {
    transact(steps: readonly { sql: string; values: readonly [] }[]): Promise<boolean>;
  };
};

/** Where the migrator keeps the names of the migrations that ran. */
const RECORD = 'SequelizeMeta';

/** In the record while the tables are made: MySQL commits each of them, and a start may be cut off. */
const UNFINISHED = 'unfinished-snapshot';

/**
 * Makes all tables of an empty database at once, and records the migrations that would have made them: the same
 * schema in a quarter of the statements. Leaves any other database as it is. The record must be there.
 * @returns the migrations it recorded.
 */
export async function fillNewDatabase(
  database: Schema,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const { sequelize } = database;
  const schema = sequelize.getQueryInterface();
  const snapshot = snapshots[sequelize.getDialect()];
  const end = migrations.findIndex(({ name }) => name === snapshot?.last) + 1;
  if (!snapshot || end === 0 || !(await isNew(schema))) return [];
  const names = migrations.slice(0, end).map(({ name }) => name);
  const record = schema.quoteIdentifier(RECORD, true);
  const toInsert = (recorded: readonly string[]) =>
    `INSERT INTO ${record} (${schema.quoteIdentifier('name', true)})
     VALUES ${recorded.map((name) => `('${name}')`).join(', ')}`;
  await runTogether(database, [
    `DELETE FROM ${record}`,
    toInsert([UNFINISHED]),
    ...snapshot.tables,
    ...snapshot.rows,
    `DELETE FROM ${record}`,
    toInsert(names),
  ]);
  return names;
}

/** All of them or none, but on MySQL, which commits each table alone. */
async function runTogether({ sequelize, statements }: Schema, texts: readonly string[]) {
  if (sequelize.getDialect() === 'sqlite') {
    await statements.transact(texts.map((sql) => ({ sql, values: [] })));
    return;
  }
  await sequelize.transaction(async (transaction) => {
    for (const sql of texts) await sequelize.query(sql, { transaction, raw: true });
  });
}

/** Whether no migration ever ran, and there is no table but the record and what a start that was cut off made. */
async function isNew(schema: QueryInterface): Promise<boolean> {
  const [recorded] = await schema.sequelize.query(
    `SELECT ${schema.quoteIdentifier('name', true)} FROM ${schema.quoteIdentifier(RECORD, true)}`,
  );
  const names = (recorded as { readonly name: string }[]).map(({ name }) => name);
  if (names.length > 0) return names.join() === UNFINISHED;
  return (await schema.showAllTables()).join() === RECORD;
}
