import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { parseSync } from 'rolldown/utils';
import sqlite3 from 'sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database/databases.ts';
import { API_KEY } from './support/http/client.ts';
import { type ServerProcess, startServerProcess } from './support/process/server-process.ts';

/** Writes the files of CommonJS packages that the process has loaded when it ends. */
const LISTS_PACKAGES = `import module from 'node:module';
process.on('exit', () => console.error('LOADED ' + Object.keys(module._cache).join(' ')));`;

const ENV = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LISTS_PACKAGES)}`,
};

/** Packages for which a start with SQLite and the http channel has no use. */
const LATE = ['sequelize', 'umzug', 'moment', 'mysql2', 'pg', 'baileys', 'libsignal', 'swagger-ui'];

describe('the built program', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  const start = () =>
    startServerProcess({ databaseUrl: database.url, gatewayUrl: 'http://127.0.0.1:9', env: ENV });

  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    server = await start();
  });
  afterAll(async () => {
    await server.stop('SIGINT');
    await database.drop();
  });

  it('serves its pages and the API reference', async () => {
    for (const [path, content] of [
      ['/', 'assets/'],
      ['/api/docs', 'Waverify API'],
      ['/api/docs/swagger-ui.css', '.swagger-ui'],
      ['/api/openapi.json', '/api/otp/send'],
    ] as const) {
      expect(await readPage(server, path)).toContain(content);
    }
  });

  it('starts on an existing SQLite database without the packages that others need', async () => {
    await server.stop('SIGINT');
    expect(readLoaded(server)).toContain('/sequelize/');
    server = await start();
    await server.stop('SIGINT');
    const loaded = readLoaded(server);
    expect(loaded).toContain('/sqlite3/');
    expect(LATE.filter((name) => loaded.includes(`node_modules/${name}`))).toEqual([]);
    server = await start();
  });

  it('names its source in the stack traces that it logs', async () => {
    await runSql(database, 'DROP TABLE users');
    expect((await server.client.get('/api/users')).status).toBe(500);
    // The answer may be here before the log.
    await expect
      .poll(() => server.output(), { timeout: 10_000 })
      .toMatch(/src\/storage\/dialects\/sqlite\/sequelize-driver\.ts:\d+:\d+/);
    expect(server.output()).not.toContain('dist/chunks');
  });

  it('imports only packages that are installed in production', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const installed = Object.keys({ ...dependencies, ...optionalDependencies });
    const imported = readdirSync('dist', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.startsWith('console/'))
      .flatMap((file) => readImports(join('dist', file)));
    expect(imported).toContain('sqlite3');
    expect(imported.filter((name) => !installed.includes(name))).toEqual([]);
  });
});

function readLoaded(server: ServerProcess): string {
  return /LOADED (.*)/.exec(server.output())?.[1] ?? '';
}

async function readPage({ url }: ServerProcess, path: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': API_KEY } });
  return response.text();
}

function runSql({ url }: TestDatabase, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(url.replace('sqlite:', ''));
    database.exec(sql, (error) => (error ? reject(error) : database.close(() => resolve())));
  });
}

/** The packages that a file of the built program imports. */
function readImports(file: string): string[] {
  const code = readFileSync(file, 'utf8');
  const { module } = parseSync(file, code);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    code.slice(start + 1, end - 1),
  );
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...dynamic]
    .filter((name) => !/^(\.|node:)/.test(name) && !builtinModules.includes(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}
