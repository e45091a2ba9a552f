import type { Model, ModelStatic } from 'sequelize';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import type { Database } from '../../../src/storage/database.ts';
import { models } from '../../../src/storage/models/all-models.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { open } from '../../support/database/migrated-database.ts';
import { createHarness } from '../../support/http/harness.ts';

/** Rows of a table in the order of their keys, as the database returns them. */
type Rows = readonly Readonly<Record<string, unknown>>[];

/** Greater than the keys of rows that migrations add. */
const FIRST = 11;

/** How many rows each new table gets. */
const ROWS = 3;

/** Columns whose values a migration replaces on purpose; the tests of these migrations say with what. */
const REPLACED: readonly string[] = [];

/** A migration that removes the rows of a table on purpose: counters of windows that have passed. */
const EMPTIES: Readonly<Record<string, string>> = { '20261128-0022-roll-limits': 'rate_limits' };

/** Columns whose texts are JSON. */
const JSON_COLUMNS =
  /^(channels|data|deviceInfo|events|networks|purposes|regions|scopes|sessions|settings|workflow)$/;

/** Tables that Umzug and SQLite keep. */
const OTHERS = ['SequelizeMeta', 'sqlite_stat1', 'sqlite_sequence'];

onOneDatabase('a database that is filled after each migration, on %s,', (dialect) => {
  let testDatabase: TestDatabase;
  let database: Database;
  const written = new Map<string, Rows>();

  const select = async (table: string): Promise<Rows> => {
    const rows = await database.statements.select(`SELECT * FROM "${table}"`, []);
    return rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  };

  const all = (): readonly ModelStatic<Model>[] => Object.values(database.models);

  /** Whether the database gives the column its values. */
  const isNumbered = (table: string, name: string) =>
    all()
      .find(({ tableName }) => tableName === table)
      ?.getAttributes()[name]?.autoIncrement;

  /** Fills the tables that have no rows yet. */
  async function fillNewTables(): Promise<void> {
    const schema = database.sequelize.getQueryInterface();
    const tables = (await schema.showAllTables()).filter((table) => !OTHERS.includes(table));
    for (const table of tables.filter((one) => !written.has(one))) {
      const columns = Object.entries(await schema.describeTable(table));
      const given = columns.filter(([name]) => !isNumbered(table, name));
      const rows = Array.from({ length: ROWS }, (_, index) =>
        Object.fromEntries(
          given.map(([name, { type, primaryKey }]) => [
            name,
            // A migration makes this account, and tables reference it.
            name === 'accountId' && !primaryKey
              ? 'default'
              : createValue(name, type, index + FIRST),
          ]),
        ),
      );
      await schema.bulkInsert(table, rows);
      written.set(table, await select(table));
    }
  }

  beforeAll(async () => {
    testDatabase = await createTestDatabase(dialect);
    database = await open(testDatabase);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  it('keeps every row and every value through all later migrations', async () => {
    const migrator = createMigrator(database.sequelize, migrations);
    for (const { name } of migrations) {
      await migrator.up({ to: name });
      written.delete(EMPTIES[name] ?? '');
      await fillNewTables();
    }
    expect([...written.keys()].toSorted()).toEqual(
      Object.values(models)
        .map(({ table }) => table)
        .toSorted(),
    );
    for (const [table, before] of written) {
      const after = await select(table);
      expect.soft(pick(after, table, before)).toEqual(pick(before, table, after));
    }
  });

  it('is read and served by this version', async () => {
    for (const model of all()) {
      const { tableName } = model;
      const expected = written.get(tableName)?.length;
      expect([tableName, (await model.findAll()).length]).toEqual([tableName, expected]);
    }
    const h = await createHarness({ database: testDatabase });
    expect((await h.client.get('/api/health/ready')).body.data).toMatchObject({
      ready: true,
      pendingMigrations: [],
    });
    const sent = await h.client.post('/api/otp/send', { phoneNumber: '+6281234567890' });
    expect(sent.status).toBe(200);
    await h.close();
  });
});

/** The values of the columns that both have, sorted, without those that a migration replaces. */
function pick(rows: Rows, table: string, others: Rows): string[] {
  const [first = {}, other = {}] = [rows[0], others[0]];
  const names = Object.keys(first).filter(
    (name) => name in other && !REPLACED.includes(`${table}.${name}`),
  );
  return rows
    .map((row) => `${table} ${JSON.stringify(names.toSorted().map((name) => [name, row[name]]))}`)
    .toSorted();
}

/** A value that a column of this type accepts, and that differs from those of other rows. */
function createValue(name: string, type: string, nth: number): unknown {
  if (/BOOL|TINYINT\(1\)/i.test(type)) return nth % 2 === 0;
  if (/DATE|TIME/i.test(type)) return new Date(Date.UTC(2026, 0, nth));
  if (/INT|DOUBLE|REAL|FLOAT|DECIMAL|NUMERIC/i.test(type)) return nth;
  if (/BLOB|BYTEA/i.test(type)) return Buffer.from(`${nth}-${name}`);
  if (JSON_COLUMNS.test(name)) return JSON.stringify([`${nth}-${name}`]);
  const [, length = '100'] = /\((\d+)\)/.exec(type) ?? [];
  return `${nth}-${name}`.slice(0, Number(length));
}
