import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sequelize } from 'sequelize';
import { toConfig } from '../../../config/config.ts';
import { readEnv } from '../../../config/env.ts';

export type DialectName = 'sqlite' | 'mysql' | 'postgres';
export type ServerName = Exclude<DialectName, 'sqlite'>;

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
export const servers: Record<ServerName, string> = {
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

/** Those of `dialects` that are servers. */
export const serverDialects = dialects.filter((dialect) => dialect !== 'sqlite');

/** One sentence about suites that will not run, or nothing. */
export async function describeMissing(): Promise<string | undefined> {
  const missing = reachable.filter(({ isUp }) => !isUp).map(({ dialect }) => dialect);
  if (missing.length === 0) return undefined;
  return `Skipped, because no server answers on this machine: ${missing.join(', ')}`;
}

/** What the program makes of a test database's address. */
export function databaseConfig({ url }: Pick<TestDatabase, 'url'>) {
  return toConfig(readEnv({ DATABASE_URL: url }, () => '')).database;
}

export function createTestDatabase(dialect: DialectName): Promise<TestDatabase> {
  const name = `waverify_test_${randomBytes(6).toString('hex')}`;
  return dialect === 'sqlite' ? createFile(name) : createOnServer(dialect, name);
}

async function createFile(name: string): Promise<TestDatabase> {
  const statePath = createStatePath();
  return {
    dialect: 'sqlite',
    url: `sqlite:${join(statePath, `${name}.db`)}`,
    statePath,
    drop: async () => remove(statePath),
  };
}

async function createOnServer(dialect: ServerName, name: string): Promise<TestDatabase> {
  await onServer(servers[dialect], `CREATE DATABASE ${name}`);
  const statePath = createStatePath();
  return {
    dialect,
    url: urlOf(dialect, name),
    statePath,
    async drop() {
      remove(statePath);
      await dropOnServer(dialect, name);
    },
  };
}

export async function dropOnServer(dialect: ServerName, name: string): Promise<void> {
  const force = dialect === 'postgres' ? ' WITH (FORCE)' : '';
  await onServer(servers[dialect], `DROP DATABASE IF EXISTS ${name}${force}`);
}

export function urlOf(dialect: ServerName, name: string): string {
  const url = new URL(servers[dialect]);
  url.pathname = `/${name}`;
  return url.href;
}

export function createStatePath(): string {
  return mkdtempSync(join(tmpdir(), 'waverify-'));
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export async function onServer(url: string, sql: string): Promise<void> {
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
