import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../../database/migrate.ts';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import { snapshots } from '../../../database/snapshot/index.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createTestDatabase, type DialectName } from '../../support/database/databases.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { readSchema } from '../../support/schema/read-schema.ts';
import { readTable } from '../../support/schema/read-table.ts';

const names = migrations.map(({ name }) => name);

async function openEmpty(dialect: DialectName) {
  const testDatabase = await createTestDatabase(dialect);
  const database = await open(testDatabase);
  return {
    database,
    async close() {
      await database.close();
      await testDatabase.drop();
    },
  };
}

/** Every table with its columns and indexes, and the record of migrations. */
async function readAll({ sequelize, ...database }: Database) {
  const tables = (await sequelize.getQueryInterface().showAllTables()).sort();
  const read = [];
  for (const table of tables) {
    const { columns, indexes } = await readTable({ sequelize, ...database }, table);
    const sorted = indexes.sort((a, b) => a.name.localeCompare(b.name));
    // SQLite numbers the indexes of unique columns in the order in which it made them.
    read.push({ table, columns, indexes: sorted });
  }
  const recorded = await createMigrator(sequelize, migrations).executed();
  return { read, recorded: recorded.map(({ name }) => name) };
}

onEveryDatabase('a new database on %s', (dialect) => {
  let stepped: Awaited<ReturnType<typeof openEmpty>>;

  beforeAll(async () => {
    stepped = await openEmpty(dialect);
    await createMigrator(stepped.database.sequelize, migrations).up();
  });
  afterAll(() => stepped.close());

  it('has a snapshot of the last migration', () => {
    // When this fails: npm run db:snapshot
    expect(snapshots[dialect]?.last).toBe(names.at(-1));
  });

  it('is made at once as the migrations make it one by one', async () => {
    const { database, close } = await openEmpty(dialect);
    expect(await migrate(database)).toEqual(names);
    expect(await readAll(database)).toEqual(await readAll(stepped.database));
    expect(await readSchema(database.sequelize)).toEqual(
      await readSchema(stepped.database.sequelize),
    );
    expect(await migrate(database)).toEqual([]);
    await close();
  });

  it('is finished by the next start when the first one was cut off', async () => {
    const { database, close } = await openEmpty(dialect);
    const { sequelize } = database;
    await createMigrator(sequelize, migrations).executed();
    await sequelize
      .getQueryInterface()
      .bulkInsert('SequelizeMeta', [{ name: 'unfinished-snapshot' }]);
    // The others undo with the transaction what they made.
    const made = dialect === 'mysql' ? (snapshots[dialect]?.tables.slice(0, 9) ?? []) : [];
    for (const statement of made) await sequelize.query(statement);
    expect(await migrate(database)).toEqual(names);
    expect(await readAll(database)).toEqual(await readAll(stepped.database));
    await close();
  });

  itOnOneDatabase(dialect)(
    'is migrated step by step when it holds tables of somebody else',
    async () => {
      const { database, close } = await openEmpty(dialect);
      const { sequelize } = database;
      await sequelize.query('CREATE TABLE somebody_else (id INTEGER)');
      expect(await migrate(database)).toEqual(names);
      await sequelize.query('DROP TABLE somebody_else');
      expect(await readAll(database)).toEqual(await readAll(stepped.database));
      await close();
    },
  );
});
