import type { QueryInterface, Sequelize } from 'sequelize';
import type { Migration } from './migrator.ts';
import { snapshots } from './snapshot/index.ts';

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
  sequelize: Sequelize,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const schema = sequelize.getQueryInterface();
  const snapshot = snapshots[sequelize.getDialect()];
  const end = migrations.findIndex(({ name }) => name === snapshot?.last) + 1;
  if (!snapshot || end === 0 || !(await isNew(schema))) return [];
  const names = migrations.slice(0, end).map(({ name }) => name);
  await sequelize.transaction(async (transaction) => {
    const run = (sql: string) => sequelize.query(sql, { transaction, raw: true });
    await schema.bulkDelete(RECORD, {}, { transaction });
    await schema.bulkInsert(RECORD, [{ name: UNFINISHED }], { transaction });
    for (const statement of snapshot.tables) await run(statement);
    for (const statement of snapshot.rows) await run(statement);
    await schema.bulkDelete(RECORD, {}, { transaction });
    await schema.bulkInsert(
      RECORD,
      names.map((name) => ({ name })),
      { transaction },
    );
  });
  return names;
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
