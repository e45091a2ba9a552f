import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseConfig } from '../../../config/config.ts';
import { drawHexName } from '../../lib/crypto/secrets.ts';
import { type Database, openDatabase } from '../database.ts';
import { CopyError } from './contract.ts';

export type Server = Exclude<DatabaseConfig, { readonly dialect: 'sqlite' }>;

/** Copying a large table takes long. */
export const LONG = { statementSeconds: 24 * 3600 };

/** Opens a database of a server for one task. */
export async function withDatabase<T>(
  server: Server,
  task: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(server, LONG);
  try {
    return await task(database);
  } finally {
    await database.close();
  }
}

export async function runOnServer(server: Server, sql: string): Promise<void> {
  await withDatabase(server, ({ sequelize }) => sequelize.query(sql));
}

export function listTables(server: Server): Promise<string[]> {
  return withDatabase(server, ({ sequelize }) => sequelize.getQueryInterface().showAllTables());
}

/** How many characters of the name of a database are in those of the databases beside it, which may have 63. */
const NAME_LENGTH = 40;

/** The name of a new database beside another one. */
export function nameBeside({ database }: Server, purpose: 'restore' | 'replaced'): string {
  return `${database.slice(0, NAME_LENGTH)}_${purpose}_${drawHexName(6)}`;
}

/** Creates a database on the same server. @throws {CopyError} with `grant`, which allows it. */
export async function createBeside(server: Server, sql: string, grant: string): Promise<void> {
  await runOnServer(server, sql).catch((cause: Error) => {
    const why = (cause.cause as Error | undefined)?.message ?? cause.message;
    throw new CopyError(
      `The user ${server.username} cannot create a database beside ${server.database}, in which a backup is checked first (${why}). Allow it: ${grant}`,
      { cause },
    );
  });
}

/** A folder that only this user can read, for the time of the task. */
export async function withPrivateFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'waverify-'));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
