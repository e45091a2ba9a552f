import { DataTypes, type QueryInterface, type Sequelize } from 'sequelize';
import { snapshots } from './snapshot/index.ts';

type Schema = {
  readonly sequelize: Sequelize;
  readonly statements: {
    transact(steps: readonly { sql: string; values: readonly [] }[]): Promise<boolean>;
  };
};

/** The table with the names of the applied migrations. */
const RECORD = 'SequelizeMeta';

/** A marker in that table while the tables are created: MySQL commits each of them, and a start may be interrupted. */
const UNFINISHED = 'unfinished-snapshot';

/**
 * Creates all tables of an empty database at once, and records the migrations that would have created them:
 * the same schema with a quarter of the statements. Does nothing to any other database.
 * @param names the names of all migrations, in order.
 * @param applied the names of those that have run.
 * @returns the migrations that it recorded.
 */
export async function fillNewDatabase(
  database: Schema,
  names: readonly string[],
  applied: readonly string[],
): Promise<readonly string[]> {
  const { sequelize } = database;
  const schema = sequelize.getQueryInterface();
  const snapshot = snapshots[sequelize.getDialect()];
  const end = names.indexOf(snapshot?.last ?? '') + 1;
  if (!snapshot || end === 0 || !(await isNew(schema, applied))) return [];
  const created = names.slice(0, end);
  await createRecord(sequelize);
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
    toInsert(created),
  ]);
  return created;
}

/** Creates the table of applied migrations as Umzug would, unless it exists. */
async function createRecord(sequelize: Sequelize): Promise<void> {
  const name = { type: DataTypes.STRING, allowNull: false, unique: true, primaryKey: true };
  const texts = { charset: 'utf8', collate: 'utf8_unicode_ci' };
  const isMysql = sequelize.getDialect() === 'mysql';
  const options = { tableName: RECORD, timestamps: false, ...(isMysql && texts) };
  await sequelize.define(RECORD, { name }, options).sync();
}

/** In one transaction, except on MySQL, which commits each table separately. */
async function runTogether({ sequelize, statements }: Schema, texts: readonly string[]) {
  if (sequelize.getDialect() === 'sqlite') {
    await statements.transact(texts.map((sql) => ({ sql, values: [] })));
    return;
  }
  await sequelize.transaction(async (transaction) => {
    for (const sql of texts) await sequelize.query(sql, { transaction, raw: true });
  });
}

/** Whether no migration has run, and there are no tables other than those of an interrupted start. */
async function isNew(schema: QueryInterface, applied: readonly string[]): Promise<boolean> {
  if (applied.length > 0) return applied.join() === UNFINISHED;
  return (await schema.showAllTables()).every((table) => table === RECORD);
}
