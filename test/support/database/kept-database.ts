import { Sequelize } from 'sequelize';
import { snapshots } from '../../../database/snapshot/index.ts';
import {
  createStatePath,
  createTestDatabase,
  type DialectName,
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

/** The name of the database of a worker; undefined where nobody would drop it at the end. */
function nameOf(worker: string | undefined): string | undefined {
  const run = process.env['TEST_RUN'];
  return run && worker ? `waverify_test_${run}_${worker}` : undefined;
}

/**
 * An empty database for one suite, whose tables may be there. On a server it is one that this worker keeps:
 * emptying it takes a twentieth of the time of making one. What changes the schema, or leaves writers behind,
 * takes `createTestDatabase`.
 */
export async function takeDatabase(dialect: DialectName): Promise<TestDatabase> {
  const name = nameOf(process.env['VITEST_POOL_ID']);
  if (dialect === 'sqlite' || name === undefined || taken.has(dialect)) {
    return createTestDatabase(dialect);
  }
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
