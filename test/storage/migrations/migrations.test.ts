import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withMigrator } from '../../../database/migrate.ts';
import { migrationNames } from '../../../database/migration-names.ts';
import { migrations } from '../../../database/migrations/index.ts';
import { createMigrator } from '../../../database/migrator.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { models } from '../../../src/storage/models/all-models.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import {
  createTestDatabase,
  type DialectName,
  databaseConfig,
  serverDialects,
} from '../../support/database/databases.ts';
import { itOnOneDatabase, itOnOneServer, onEveryDatabase } from '../../support/database/lanes.ts';
import {
  type MigratedDatabase,
  migrateAndOpen,
  open,
} from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';
import { createHarness } from '../../support/http/harness.ts';
import { startServerProcess } from '../../support/process/server-process.ts';
import { readTable } from '../../support/schema/read-table.ts';

/** The columns that may hold a value once, however the database names the index. */
function uniqueColumns({ indexes }: Awaited<ReturnType<typeof readTable>>) {
  return indexes
    .filter(({ unique, name }) => unique && !/primary|pkey/i.test(name))
    .map(({ fields }) => fields.join())
    .sort();
}

type Columns = Awaited<ReturnType<typeof readTable>>['columns'];

/**
 * SQLite holds texts to no length: a migration that widens a column leaves it there as it was made. And it
 * lets a primary key be NULL where the migration did not say otherwise. A column whose default was changed is the last.
 */
function comparable(dialect: DialectName, columns: Columns): Columns {
  if (dialect !== 'sqlite') return columns;
  const sorted = columns.toSorted((a, b) => a.name.localeCompare(b.name));
  return sorted.map((column) => ({
    ...column,
    type: String(column.type).replace(/\(\d+\)/, ''),
    allowNull: column.allowNull === true && !column.primaryKey,
  }));
}

const tables = Object.values(models).map(({ table }) => table);

async function readSchema(database: Database) {
  const read = await Promise.all(tables.map((table) => readTable(database, table)));
  return read.map(({ columns, indexes }) => ({
    columns,
    indexes: indexes.sort((a, b) => a.name.localeCompare(b.name)),
  }));
}

it('the names that a start reads are those of the migrations', () => {
  expect(migrationNames).toEqual(migrations.map(({ name }) => name));
});

onEveryDatabase('the migrations on %s', (dialect) => {
  let migrated: MigratedDatabase;
  beforeAll(async () => {
    migrated = await migrateAndOpen(await createTestDatabase(dialect));
  });
  afterAll(() => migrated.close());

  it('make each table as its model declares it', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const declared = await open(testDatabase);
    await declared.sequelize.sync();
    for (const model of Object.values(declared.models)) {
      const expected = await readTable(declared, model.tableName);
      const made = await readTable(migrated.database, model.tableName);
      expect(comparable(dialect, made.columns)).toEqual(comparable(dialect, expected.columns));
      expect(uniqueColumns(made)).toEqual(uniqueColumns(expected));
    }
    await declared.close();
    await testDatabase.drop();
  });

  it('make no table that has no model', async () => {
    const made = await migrated.database.sequelize.getQueryInterface().showAllTables();
    const ofDatabase = ['SequelizeMeta', 'sqlite_stat1'];
    expect(made.filter((table) => !ofDatabase.includes(table)).sort()).toEqual([...tables].sort());
  });

  itOnOneDatabase(dialect)('go down to nothing and up again to the same schema', async () => {
    const { database, migrator } = migrated;
    const before = await readSchema(database);
    await migrator.down({ to: 0 });
    const left = await database.sequelize.getQueryInterface().showAllTables();
    expect(left).toEqual(['SequelizeMeta']);
    await migrator.up();
    expect(await readSchema(database)).toEqual(before);
  });

  it('have nothing left to do when they run again', async () => {
    expect(await migrated.migrator.up()).toEqual([]);
    expect(await migrated.migrator.pending()).toEqual([]);
  });

  it('keep keys apart that differ in case only', async () => {
    const verifications = createVerificationStore(migrated.database);
    const counters = createCounterStore(migrated.database);
    const now = new Date();
    const lower = newVerification(now, { verificationId: 'handle', purpose: 'login' });
    const upper = { ...lower, verificationId: 'HANDLE', purpose: 'LOGIN' };
    expect(await verifications.open(lower, now)).toBe(true);
    expect(await verifications.open(upper, now)).toBe(true);
    expect((await verifications.find({ scope: lower }))?.verificationId).toBe('handle');
    expect((await verifications.find(upper))?.purpose).toBe('LOGIN');
    const claim = { burst: 1, intervalMs: 1000 };
    const one = await counters.consumeAll({ hits: [{ key: 'limit|a', ...claim }] }, now);
    const other = await counters.consumeAll({ hits: [{ key: 'limit|A', ...claim }] }, now);
    expect([one.counters.length, other.counters.length]).toEqual([1, 1]);
  });
});

describe.each(serverDialects)('first starts on %s', (dialect) => {
  it('migrate one empty database once, however many processes start at once', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const start = () =>
      startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: 'http://127.0.0.1:9/' });
    const nodes = await Promise.all([start(), start()]);
    const health = await Promise.all(nodes.map(({ client }) => client.get('/api/health/ready')));
    expect(health.map(({ status }) => status)).toEqual([200, 200]);
    await Promise.all(nodes.map((node) => node.stop('SIGINT')));
    const database = await open(testDatabase);
    const executed = await createMigrator(database.sequelize, migrations).executed();
    expect(executed.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    await database.close();
    await testDatabase.drop();
  });

  itOnOneServer(dialect)(
    'wait for a node whose migrations take longer than any statement may',
    async () => {
      const testDatabase = await createTestDatabase(dialect);
      const config = databaseConfig(testDatabase);
      const order: string[] = [];
      let begin = () => {};
      const isBegun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const slow = withMigrator(config, async () => {
        begin();
        await pause(6000);
        order.push('first');
      });
      await Promise.race([isBegun, slow]);
      const waiting = withMigrator(config, async () => order.push('second'));
      await Promise.allSettled([slow, waiting]);
      expect(order).toEqual(['first', 'second']);
      await testDatabase.drop();
    },
  );

  itOnOneServer(dialect)('need no more than two pooled connections', async () => {
    const testDatabase = await createTestDatabase(dialect);
    const h = await createHarness({ database: testDatabase, env: { DB_POOL_MAX: '2' } });
    expect((await h.client.get('/api/health')).status).toBe(200);
    await h.close();
    await testDatabase.drop();
  });
});
