import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transaction } from 'sequelize';
import type { Database } from '../database.ts';
import { loadSequelize } from '../load-sequelize.ts';
import type { Row } from '../statement.ts';
import { type Environment, findProgram, runProgram } from './client-program.ts';
import type { Copier, Staging, TableDigest } from './contract.ts';
import {
  createBeside,
  listTables,
  nameBeside,
  runOnServer,
  type Server,
  withDatabase,
  withPrivateFolder,
} from './staging-server.ts';

const PACKAGE = 'postgresql-client';

/** Owners and permissions are those of the server to which a copy is restored. */
const WITHOUT_OWNERS = ['--no-owner', '--no-privileges'];

/** Copies a PostgreSQL database by its own programs. */
export function createPostgresCopier(server: Server, environment: Environment): Copier {
  return {
    fileName: 'database.dump',

    async copyTo(file, tables) {
      const pgDump = findProgram(environment, ['pg_dump'], PACKAGE);
      return readAtOneMoment(server, async (snapshot, readDigests) => {
        const format = ['--format=custom', `--snapshot=${snapshot}`, `--file=${file}`];
        await runClient(environment, server, pgDump, [
          ...format,
          ...WITHOUT_OWNERS,
          ...toOptions(tables),
        ]);
        return readDigests(tables);
      });
    },

    async stage(file) {
      const pgRestore = findProgram(environment, ['pg_restore'], PACKAGE);
      const programs = {
        psql: findProgram(environment, ['psql'], PACKAGE),
        pgDump: findProgram(environment, ['pg_dump'], PACKAGE),
      };
      const name = nameBeside(server, 'restore');
      const grant = `ALTER ROLE ${server.username} CREATEDB`;
      await createBeside(server, `CREATE DATABASE "${name}" TEMPLATE template0`, grant);
      const staged = { ...server, database: name };
      const staging = createStaging(environment, server, staged, programs);
      try {
        const args = ['--single-transaction', '--exit-on-error', ...WITHOUT_OWNERS];
        await runClient(environment, staged, pgRestore, [...args, `--dbname=${name}`, file]);
        return staging;
      } catch (error) {
        await staging.drop();
        throw error;
      }
    },
  };
}

type Programs = { readonly psql: string; readonly pgDump: string };

function createStaging(
  environment: Environment,
  server: Server,
  staged: Server,
  { psql, pgDump }: Programs,
): Staging {
  return {
    config: staged,
    readDigests: (tables) => readAtOneMoment(staged, (_, readDigests) => readDigests(tables)),

    async replaceTarget() {
      // One transaction drops the old tables and creates the new ones. psql gets a whole file: a pipe that ends early
      // would be committed.
      await withPrivateFolder(async (folder) => {
        const file = join(folder, 'staged.sql');
        const tables = await listTables(staged);
        const args = [`--file=${file}`, ...WITHOUT_OWNERS, ...toOptions(tables)];
        await runClient(environment, staged, pgDump, args);
        const drop = `DROP TABLE IF EXISTS ${tables.map((table) => `"${table}"`).join(', ')} CASCADE`;
        const whole = ['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1'];
        await runClient(environment, server, psql, [
          ...whole,
          `--command=${drop}`,
          `--file=${file}`,
        ]);
      });
    },

    drop: () => runOnServer(server, `DROP DATABASE IF EXISTS "${staged.database}" WITH (FORCE)`),
  };
}

/** The tables that a dump has, with the sequences of their columns. */
function toOptions(tables: readonly string[]): string[] {
  return tables.map((table) => `--table="${table}"`);
}

type ReadDigests = (tables: readonly string[]) => Promise<TableDigest[]>;

/** Runs `task` while a transaction keeps the state of the database at this moment, which pg_dump can share. */
function readAtOneMoment<T>(
  server: Server,
  task: (snapshot: string, readDigests: ReadDigests) => Promise<T>,
): Promise<T> {
  const isolationLevel = loadSequelize().Transaction.ISOLATION_LEVELS.REPEATABLE_READ;
  return withDatabase(server, (database) =>
    database.sequelize.transaction({ isolationLevel }, async (transaction) => {
      const ask = (sql: string) => selectRows(database, sql, transaction);
      const [row] = await ask('SELECT pg_export_snapshot() AS snapshot');
      return task(String(row?.['snapshot']), async (tables) => {
        const digests: TableDigest[] = [];
        for (const table of tables) digests.push(toDigest(table, await ask(digestOf(table))));
        return digests;
      });
    }),
  );
}

async function selectRows({ sequelize }: Database, sql: string, transaction: Transaction) {
  const { QueryTypes } = loadSequelize();
  return sequelize.query<Row>(sql, { transaction, type: QueryTypes.SELECT });
}

/** Adds up two parts of the digest of each row, so that their order does not matter. */
function digestOf(table: string): string {
  const part = (from: number) =>
    `COALESCE(SUM(('x' || SUBSTR(md5(t::text), ${from}, 15))::bit(60)::bigint), 0)::text`;
  return `SELECT COUNT(*) AS rows, ${part(1)} AS first, ${part(16)} AS second FROM "${table}" t`;
}

function toDigest(table: string, [row]: readonly Row[]): TableDigest {
  const digest = `${String(row?.['first'])}.${String(row?.['second'])}`;
  return { table, rows: Number(row?.['rows']), digest };
}

/** Runs a client program on a database. Neither the password nor a certificate is in its arguments. */
function runClient(
  environment: Environment,
  server: Server,
  path: string,
  args: readonly string[],
): Promise<void> {
  return withPrivateFolder(async (folder) => {
    const { host, port, username, password, database, tls } = server;
    const files: Record<string, string> = {};
    const pems = { PGSSLROOTCERT: tls?.ca, PGSSLCERT: tls?.cert, PGSSLKEY: tls?.key };
    for (const [name, pem] of Object.entries(pems)) {
      if (pem === undefined) continue;
      files[name] = join(folder, name);
      await writeFile(files[name], pem, { mode: 0o600 });
    }
    const variables = {
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: username, PGPASSWORD: password },
      ...{ PGDATABASE: database, PGAPPNAME: 'waverify-backup', PGSSLMODE: tls?.mode ?? 'disable' },
      ...(tls?.mode === 'verify-full' && { PGSSLROOTCERT: 'system' }),
      ...files,
    };
    await runProgram(environment, path, { args: ['--no-password', ...args], variables });
  });
}
