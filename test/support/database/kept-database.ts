import { readFileSync, writeFileSync } from 'node:fs';
import { Sequelize } from 'sequelize';
import { openMigrated } from '../../../database/migrate.ts';
import { snapshots } from '../../../database/snapshot/index.ts';
import {
  createStatePath,
  createTestDatabase,
  type DialectName,
  databaseConfig,
  dropOnServer,
  onServer,
  remove,
  type ServerName,
  serverDialects,
  servers,
  type TestDatabase,
  urlOf,
} from './databases.ts';

const RECORD = 'SequelizeMeta';

/** Those that a suite of this file has now. */
const taken = new Set<ServerName>();

/** An SQLite file as the migrations make it. */
let migratedFile: Promise<Buffer> | undefined;

/** The name of the database of a worker; undefined where nobody would drop it at the end. */
function nameOf(worker: string | undefined): string | undefined {
  const run = process.env['TEST_RUN'];
  return run && worker ? `waverify_test_${run}_${worker}` : undefined;
}

/**
 * An empty database for one suite, whose tables may be there. An SQLite file is a copy of one that this worker has
 * migrated. On a server it is one that this worker keeps: emptying it takes a twentieth of the time of making one. What
 * changes the schema, or leaves writers behind, takes `createTestDatabase`.
 */
export async function takeDatabase(dialect: DialectName): Promise<TestDatabase> {
  if (dialect === 'sqlite') return copyMigratedFile();
  const name = nameOf(process.env['VITEST_POOL_ID']);
  if (name === undefined || taken.has(dialect)) return createTestDatabase(dialect);
  taken.add(dialect);
  await provide(dialect, name);
  const statePath = createStatePath();
  return {
    dialect,
    url: urlOf(dialect, name),
    statePath,
    async drop() {
      remove(statePath);
      taken.delete(dialect);
    },
  };
}

async function copyMigratedFile(): Promise<TestDatabase> {
  migratedFile ??= readMigratedFile();
  const database = await createTestDatabase('sqlite');
  // As the program makes it.
  writeFileSync(fileOf(database), await migratedFile, { mode: 0o600 });
  return database;
}

async function readMigratedFile(): Promise<Buffer> {
  const database = await createTestDatabase('sqlite');
  const { close } = await openMigrated(databaseConfig(database));
  // The last connection moves all that is in the write-ahead log into the file.
  await close();
  const bytes = readFileSync(fileOf(database));
  await database.drop();
  return bytes;
}

function fileOf({ url }: TestDatabase): string {
  return url.slice('sqlite:'.length);
}

/** Drops what the workers kept. */
export async function dropKept(workers: number): Promise<void> {
  for (let worker = 1; worker <= workers; worker += 1) {
    const name = nameOf(String(worker));
    if (name === undefined) return;
    for (const dialect of serverDialects) await dropOnServer(dialect, name);
  }
}

/** Makes the database, or empties the one of the suite before. */
async function provide(dialect: ServerName, name: string): Promise<void> {
  const sequelize = new Sequelize(urlOf(dialect, name), { logging: false });
  try {
    await empty(sequelize, dialect);
  } catch {
    // It is not there yet, or no longer as the migrations made it.
    await dropOnServer(dialect, name);
    await onServer(servers[dialect], `CREATE DATABASE ${name}`);
  } finally {
    await sequelize.close();
  }
}

/** @throws when some table of ours is missing, or one of somebody else is there. */
async function empty(sequelize: Sequelize, dialect: ServerName): Promise<void> {
  const schema = sequelize.getQueryInterface();
  const snapshot = snapshots[dialect];
  const tables = (await schema.showAllTables()).filter((table) => table !== RECORD);
  const expected = snapshot?.tables.flatMap((statement) => {
    const [, name] = /^CREATE TABLE (?:IF NOT EXISTS )?["`](\w+)/.exec(statement) ?? [];
    return name ?? [];
  });
  if (tables.sort().join() !== expected?.sort().join()) throw new Error('other tables');
  const quote = (table: string) => schema.quoteIdentifier(table, true);
  const ask = (table: string) =>
    `SELECT '${table}' AS name WHERE EXISTS (SELECT 1 FROM ${quote(table)})`;
  const [filled] = await sequelize.query(tables.map(ask).join(' UNION ALL '));
  const names = (filled as { readonly name: string }[]).map(({ name }) => quote(name));
  if (names.length > 0 && dialect === 'postgres') {
    await sequelize.query(`TRUNCATE ${names.join()} RESTART IDENTITY CASCADE`);
  } else for (const name of names.reverse()) await sequelize.query(`DELETE FROM ${name}`);
  for (const row of snapshot?.rows ?? []) await sequelize.query(row);
}
