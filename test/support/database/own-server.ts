import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../process/server-process.ts';

type Options = {
  /** An empty folder of the test. */
  readonly folder: string;
  /** With these files the server offers TLS; without, it does not. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** When a server that outlives its test by whatever accident is ended. */
  readonly longestSeconds?: number;
};

export type OwnServer = {
  readonly port: number;
  readonly user: string;
  stop(): Promise<void>;
};

const isRoot = process.getuid?.() === 0;

/** The servers refuse to run as root, and cannot become somebody else when we are not root. */
const userFor = (name: string) => (isRoot ? name : userInfo().username);

/** Runs to its end as `user`; a program that hangs is ended after a minute. */
function runAs(user: string, command: string, args: readonly string[]): void {
  const [program, all] = asUser(user, command, args);
  execFileSync(program, all, { stdio: 'pipe', timeout: 60_000 });
}

function asUser(user: string, command: string, args: readonly string[]): [string, string[]] {
  return isRoot ? ['runuser', ['-u', user, '--', command, ...args]] : [command, [...args]];
}

/** Gives the files to whom the server runs as. */
function give(user: string, paths: readonly string[]): void {
  if (isRoot) execFileSync('chown', ['-R', user, ...paths]);
}

/** The folder of PostgreSQL's programs; undefined when it is not on this machine. */
function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort() : [];
  const folder = versions.length > 0 ? join(root, versions.at(-1) ?? '', 'bin') : undefined;
  return folder && existsSync(join(folder, 'initdb')) ? folder : undefined;
}

/** Which servers can be started here. In CI both must be there. */
export const startable = {
  postgres: process.env['CI'] === 'true' || findPostgres() !== undefined,
  mysql: process.env['CI'] === 'true' || existsSync('/usr/sbin/mariadbd'),
};

export async function startOwnPostgres({ folder, tls, ...limit }: Options): Promise<OwnServer> {
  const bin = findPostgres();
  if (!bin) throw new Error('PostgreSQL is not installed');
  const user = userFor('postgres');
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  give(user, [data]);
  runAs(user, join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync']);
  const port = await findFreePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
  };
  if (tls) give(user, [tls.cert, tls.key]);
  const encryption = tls ? { ssl: 'on', ssl_cert_file: tls.cert, ssl_key_file: tls.key } : {};
  const args = Object.entries({ ...settings, ...encryption }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = start({ user, ...limit }, join(bin, 'postgres'), ['-D', data, ...args]);
  return { port, user: 'postgres', stop: () => end(child, 'SIGINT') };
}

export async function startOwnMariadb({ folder, tls, ...limit }: Options): Promise<OwnServer> {
  const user = userFor('mysql');
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  chmodSync(folder, 0o755);
  give(user, [data]);
  const common = ['--no-defaults', `--datadir=${data}`];
  // A server that starts deletes the temporary tables of all others in the same folder.
  const install = [...common, '--auth-root-authentication-method=normal', '--skip-test-db'];
  runAs(user, 'env', [`TMPDIR=${data}`, 'mariadb-install-db', ...install]);
  const port = await findFreePort();
  if (tls) give(user, [tls.cert, tls.key]);
  const encryption = tls ? [`--ssl-cert=${tls.cert}`, `--ssl-key=${tls.key}`] : ['--skip-ssl'];
  const child = start({ user, ...limit }, '/usr/sbin/mariadbd', [
    ...common,
    ...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(data, 'own.sock')}`],
    ...[`--pid-file=${join(data, 'own.pid')}`, '--innodb-flush-log-at-trx-commit=0'],
    ...encryption,
  ]);
  return { port, user: 'root', stop: () => end(child, 'SIGTERM') };
}

function start(
  { user, longestSeconds = 300 }: { readonly user: string; readonly longestSeconds?: number },
  command: string,
  args: readonly string[],
): ChildProcess {
  const [program, all] = asUser(user, command, args);
  const limit = ['--kill-after=10', String(longestSeconds)];
  return spawn('timeout', [...limit, program, ...all], { stdio: 'ignore' });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
