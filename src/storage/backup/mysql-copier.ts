import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Environment, findProgram, runProgram } from './client-program.ts';
import type { Copier, Staging, TableDigest } from './contract.ts';
import { createRowDigests } from './row-digest.ts';
import {
  createBeside,
  listTables,
  nameBeside,
  runOnServer,
  type Server,
  withPrivateFolder,
} from './staging-server.ts';

const PACKAGE = 'mariadb-client';
const DUMP = ['mariadb-dump', 'mysqldump'];
const CLIENT = ['mariadb', 'mysql'];

/** `loose`: either MySQL or MariaDB knows the option. */
const DUMP_OPTIONS = [
  ...['--single-transaction', '--skip-lock-tables', '--no-tablespaces', '--skip-triggers'],
  ...['--hex-blob', '--skip-dump-date', '--skip-comments', '--no-autocommit'],
  ...['--loose-set-gtid-purged=OFF', '--loose-column-statistics=0'],
  // A line for each row, from which the digests are made.
  '--skip-extended-insert',
];

/** A row in a dump. Line breaks in its values are escaped. */
const ROW = /^INSERT INTO `([^`]+)` (?:\([^)]*\) )?VALUES (.*);$/;

/** Copies a database of MySQL or MariaDB by its own programs. */
export function createMysqlCopier(server: Server, environment: Environment): Copier {
  return {
    fileName: 'database.sql',

    async copyTo(file, tables) {
      const output = createWriteStream(file, { flags: 'wx', mode: 0o600 });
      const written = finished(output);
      written.catch(() => {}); // The next write reports it.
      const digests = await dump(environment, server, tables, async (bytes) => {
        if (!output.write(bytes)) await Promise.race([once(output, 'drain'), written]);
      });
      output.end();
      await written;
      return digests;
    },

    async stage(file) {
      const client = findProgram(environment, CLIENT, PACKAGE);
      const staged = { ...server, database: nameBeside(server, 'restore') };
      await createDatabase(server, staged.database);
      const staging = createStaging(environment, server, staged);
      try {
        await load(environment, staged, client, file);
        return staging;
      } catch (error) {
        await staging.drop();
        throw error;
      }
    },
  };
}

function createStaging(environment: Environment, server: Server, staged: Server): Staging {
  const replaced = nameBeside(server, 'replaced');
  return {
    config: staged,
    readDigests: (tables) => dump(environment, staged, tables, async () => {}),

    async replaceTarget() {
      await createDatabase(server, replaced);
      const [old, added] = [await listTables(server), await listTables(staged)];
      const move = (from: string, to: string) => (table: string) =>
        `\`${from}\`.\`${table}\` TO \`${to}\`.\`${table}\``;
      const moves = [
        ...old.filter((table) => added.includes(table)).map(move(server.database, replaced)),
        ...added.map(move(staged.database, server.database)),
      ];
      // The server renames all of them, or none.
      await runOnServer(server, `RENAME TABLE ${moves.join(', ')}`);
    },

    async drop() {
      for (const name of [staged.database, replaced]) {
        await runOnServer(server, `DROP DATABASE IF EXISTS \`${name}\``);
      }
    },
  };
}

function createDatabase(server: Server, name: string): Promise<void> {
  const grant = `GRANT ALL ON \`${server.database.replaceAll('_', '\\_')}\\_re%\`.* TO '${server.username}'`;
  return createBeside(server, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`, grant);
}

/** Runs the dump program, passes on what it writes, and returns what the tables hold in it. */
async function dump(
  environment: Environment,
  server: Server,
  tables: readonly string[],
  onBytes: (bytes: Buffer) => Promise<void>,
): Promise<TableDigest[]> {
  const program = findProgram(environment, DUMP, PACKAGE);
  const digests = createRowDigests(tables);
  const onOutput = async (output: Readable) => {
    const addLines = splitLines((line) => {
      const [, table, row] = ROW.exec(line) ?? [];
      if (table !== undefined && row !== undefined) digests.add(table, row);
    });
    for await (const bytes of output as AsyncIterable<Buffer>) {
      addLines(bytes);
      await onBytes(bytes);
    }
  };
  await runClient(environment, server, program, {
    args: [...DUMP_OPTIONS, server.database, ...tables],
    onOutput,
  });
  return digests.list();
}

/** Splits bytes at line feeds only: texts may have other characters that end a line elsewhere. */
function splitLines(onLine: (line: string) => void): (bytes: Buffer) => void {
  let rest = '';
  return (bytes) => {
    // Each byte becomes a character, so that a chunk may end within a character.
    const lines = (rest + bytes.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

async function load(
  environment: Environment,
  staged: Server,
  client: string,
  file: string,
): Promise<void> {
  const input = await open(file, 'r');
  try {
    await runClient(environment, staged, client, { args: [staged.database], input: input.fd });
  } finally {
    await input.close();
  }
}

/** Runs a client program. Neither the password nor a certificate is in its arguments. */
function runClient(
  environment: Environment,
  { host, port, username, password, tls }: Server,
  path: string,
  { args, ...call }: Omit<Parameters<typeof runProgram>[2], 'variables'>,
): Promise<void> {
  return withPrivateFolder(async (folder) => {
    const files: string[] = [];
    for (const [name, pem] of Object.entries({ ca: tls?.ca, cert: tls?.cert, key: tls?.key })) {
      if (pem === undefined) continue;
      await writeFile(join(folder, name), pem, { mode: 0o600 });
      files.push(`ssl-${name}=${quote(join(folder, name))}`);
    }
    const lines = [
      ...['[client]', 'protocol=TCP', `host=${quote(host)}`, `port=${port}`],
      ...[`user=${quote(username)}`, 'default-character-set=utf8mb4', ...files],
      ...describeTls(tls?.mode),
    ];
    const options = join(folder, 'my.cnf');
    await writeFile(options, `${lines.join('\n')}\n`, { mode: 0o600 });
    const variables = { MYSQL_PWD: password };
    await runProgram(environment, path, {
      ...{ ...call, variables },
      args: [`--defaults-file=${options}`, ...args],
    });
  });
}

/** MySQL knows `ssl-mode`, and MariaDB the two others. */
function describeTls(mode: NonNullable<Server['tls']>['mode'] | undefined): string[] {
  if (mode === undefined) return ['loose-ssl-mode=DISABLED', 'loose-skip-ssl'];
  const modes = { require: 'REQUIRED', 'verify-ca': 'VERIFY_CA', 'verify-full': 'VERIFY_IDENTITY' };
  const verify = `${mode === 'verify-full' ? '' : 'skip-'}ssl-verify-server-cert`;
  return [`loose-ssl-mode=${modes[mode]}`, 'loose-ssl', `loose-${verify}`];
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
