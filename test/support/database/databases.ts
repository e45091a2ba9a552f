import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sequelize } from 'sequelize';

export type DialectName = 'sqlite' | 'mysql' | 'postgres';

/** A database of one test file, empty until the program migrates it. */
export type TestDatabase = {
  readonly dialect: DialectName;
  /** What to put into DATABASE_URL. */
  readonly url: string;
  /** A folder for STATE_PATH, gone with the database. */
  readonly statePath: string;
  drop(): Promise<void>;
};

/** Servers that the tests may use; CI must have them. */
const servers: Record<Exclude<DialectName, 'sqlite'>, string> = {
  mysql: process.env['TEST_MYSQL_URL'] ?? 'mysql://root@127.0.0.1:3306/mysql',
  postgres: process.env['TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
};

const reachable = await Promise.all(
  (['mysql', 'postgres'] as const).map(async (dialect) => ({
    dialect,
    isUp: process.env['CI'] === 'true' || (await isUp(servers[dialect])),
  })),
);

/** The dialects to run a suite on: SQLite always, the servers where they can be reached. */
export const dialects: readonly DialectName[] = [
  'sqlite',
  ...reachable.filter(({ isUp }) => isUp).map(({ dialect }) => dialect),
];

/** One sentence about suites that will not run, or nothing. */
export async function describeMissing(): Promise<string | undefined> {
  const missing = reachable.filter(({ isUp }) => !isUp).map(({ dialect }) => dialect);
  if (missing.length === 0) return undefined;
  return `Skipped, because no server answers on this machine: ${missing.join(', ')}`;
}

export async function createTestDatabase(dialect: DialectName): Promise<TestDatabase> {
  const name = `waverify_test_${randomBytes(6).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), 'waverify-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (dialect === 'sqlite') {
    const url = `sqlite:${join(folder, `${name}.db`)}`;
    return { dialect, url, statePath: folder, drop: async () => remove() };
  }
  const server = servers[dialect];
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const force = dialect === 'postgres' ? ' WITH (FORCE)' : '';
  async function drop(): Promise<void> {
    remove();
    await onServer(server, `DROP DATABASE ${name}${force}`);
  }
  return { dialect, url: url.href, statePath: folder, drop };
}

async function onServer(url: string, sql: string): Promise<void> {
  const sequelize = new Sequelize(url, { logging: false });
  try {
    await sequelize.query(sql);
  } finally {
    await sequelize.close();
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    await onServer(url, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}
