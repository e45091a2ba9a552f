import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toConfig } from '../../config/config.ts';
import { readEnv } from '../../config/env.ts';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import {
  type OwnServer,
  startable,
  startOwnMariadb,
  startOwnPostgres,
} from '../support/database/own-server.ts';
import { createAuthority, issue } from '../support/process/tls-authority.ts';

type Env = Readonly<Record<string, string>>;

const servers = [
  {
    name: 'postgres' as const,
    ...{ start: startOwnPostgres, scheme: 'postgres', database: 'postgres' },
    /** What the server says of the very connection that asks. */
    sql: 'SELECT CASE WHEN ssl THEN version END AS protocol FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
  },
  {
    name: 'mysql' as const,
    ...{ start: startOwnMariadb, scheme: 'mariadb', database: 'mysql' },
    sql: `SELECT NULLIF(VARIABLE_VALUE, '') AS protocol FROM information_schema.SESSION_STATUS
          WHERE VARIABLE_NAME = 'Ssl_version'`,
  },
];

describe.each(servers.filter(({ name }) => startable[name]))('a connection to $name', (kind) => {
  let folder: string;
  let ca: string;
  let strange: string;
  /** One for 127.0.0.1, one for another host, one without TLS. */
  let named: OwnServer;
  let misnamed: OwnServer;
  let plain: OwnServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waverify-tls-'));
    chmodSync(folder, 0o711); // The servers run as users of their own.
    ca = createAuthority(folder, 'authority');
    strange = createAuthority(folder, 'strange');
    const start = async (name: string, altNames?: string) => {
      const own = join(folder, name);
      mkdirSync(own);
      const tls = altNames ? { tls: issue(folder, 'authority', name, altNames) } : {};
      return kind.start({ folder: own, ...tls });
    };
    named = await start('named', 'IP:127.0.0.1');
    misnamed = await start('misnamed', 'DNS:db.example.com,DNS:localhost');
    plain = await start('plain');
    await Promise.all([named, misnamed, plain].map((server) => waitUntilUp(server)));
  }, 120_000);
  afterAll(async () => {
    await Promise.all([named, misnamed, plain].map((server) => server?.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const addressOf = ({ port, user }: OwnServer, query = '', host = '127.0.0.1') =>
    `${kind.scheme}://${user}@${host}:${port}/${kind.database}${query}`;

  function open(url: string, env: Env = {}): Promise<Database> {
    const read = readEnv({ DATABASE_URL: url, ...env }, (path) => readFileSync(path, 'utf8'));
    return openDatabase(toConfig(read).database);
  }

  /** The version of TLS that the server sees, or null; throws when there is no connection. */
  async function protocolOf(url: string, env: Env = {}): Promise<unknown> {
    const database = await open(url, env);
    try {
      const [row] = await database.statements.select(kind.sql, []);
      return row?.['protocol'] ?? null;
    } finally {
      await database.close();
    }
  }

  async function waitUntilUp(server: OwnServer): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const error = await protocolOf(addressOf(server)).then(
        () => undefined,
        (fault: Error) => fault,
      );
      if (!error) return;
      if (tries > 100) throw error;
      await pause(200);
    }
  }

  it('F8: is in clear text unless it is said otherwise, and when it is said', async () => {
    expect(await protocolOf(addressOf(named))).toBeNull();
    expect(await protocolOf(addressOf(named, '?sslmode=disable'))).toBeNull();
  });

  it.each([
    ['sslmode=require', {}],
    ['ssl-mode=REQUIRED', {}],
    ['ssl=true', {}],
    ['', { DB_SSL: 'require' }],
  ])('F8: is encrypted with "%s" and %j', async (query, env: Env) => {
    expect(await protocolOf(addressOf(named, `?${query}`), env)).toMatch(/^TLSv1/);
  });

  it.each(['sslrootcert', 'ssl-ca', 'sslca'])('F8: is verified by %s', async (parameter) => {
    const query = (path: string) => `?sslmode=verify-full&${parameter}=${encodeURIComponent(path)}`;
    expect(await protocolOf(addressOf(named, query(ca)))).toMatch(/^TLSv1/);
    await expect(protocolOf(addressOf(named, query(strange)))).rejects.toThrow();
  });

  it('F8: is verified by DB_SSL_CA, a path or the certificate itself', async () => {
    const url = addressOf(named);
    for (const good of [ca, readFileSync(ca, 'utf8')]) {
      expect(await protocolOf(url, { DB_SSL: 'verify-ca', DB_SSL_CA: good })).toMatch(/^TLSv1/);
    }
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      const wrong = protocolOf(url, { DB_SSL: mode, DB_SSL_CA: strange });
      await expect(wrong).rejects.toThrow();
    }
    await expect(protocolOf(url, { DB_SSL: 'verify-full' })).rejects.toThrow();
  });

  it('F8: is refused by verify-full, and by it alone, when the certificate is for another host', async () => {
    const env = (mode: string) => ({ DB_SSL: mode, DB_SSL_CA: ca });
    await expect(protocolOf(addressOf(misnamed), env('verify-full'))).rejects.toThrow();
    expect(await protocolOf(addressOf(misnamed), env('verify-ca'))).toMatch(/^TLSv1/);
    const byName = addressOf(misnamed, '', 'localhost');
    expect(await protocolOf(byName, env('verify-full'))).toMatch(/^TLSv1/);
    await expect(
      protocolOf(addressOf(named, '', 'localhost'), env('verify-full')),
    ).rejects.toThrow();
  });

  it.each(['require', 'verify-ca', 'verify-full'])(
    'F8: is refused by %s when the server has no TLS',
    async (mode) => {
      await expect(protocolOf(addressOf(plain, `?sslmode=${mode}`))).rejects.toThrow();
      expect(await protocolOf(addressOf(plain))).toBeNull();
    },
  );
});
