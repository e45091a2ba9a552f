import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  type dialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import { PASSWORD } from '../support/http/users.ts';
import { runProgram } from '../support/process/script-process.ts';
import {
  findFreePort,
  type ServerProcess,
  startServerProcess,
} from '../support/process/server-process.ts';

const GATEWAY = 'http://127.0.0.1:9/';

const CREATE_USER = ['--email', 'ana@example.com', '--name', 'Ana'];

const ANA = { email: 'ana@example.com', name: 'Ana', role: 'USER', password: PASSWORD };

let testDatabase: TestDatabase;
let running: ServerProcess[];

const start = async () => {
  const server = await startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: GATEWAY });
  running.push(server);
  return server;
};

/** Starts one that is expected to end by itself. */
const startInVain = async () =>
  runProgram('src/main', [], testDatabase, { env: { PORT: String(await findFreePort()) } });

async function countUsers(): Promise<number> {
  const database = await open(testDatabase);
  const [row] = await database.statements.select('SELECT COUNT(*) AS n FROM "users"', []);
  await database.close();
  return Number(row?.['n']);
}

function useDatabase(dialect: (typeof dialects)[number]) {
  beforeEach(async () => {
    running = [];
    testDatabase = await createTestDatabase(dialect);
  });
  afterEach(async () => {
    await Promise.all(running.map((server) => server.stop('SIGKILL')));
    await testDatabase.drop();
  });
}

describe('an SQLite file', () => {
  useDatabase('sqlite');

  it('serves one process: a second one ends and names the first', async () => {
    const { pid, client } = await start();
    const second = await startInVain();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${pid} `);
    expect(second.stderr).toContain(testDatabase.url.slice('sqlite:'.length));
    expect((await client.get('/api/health')).status).toBe(200);
  });

  it('is free as soon as the process is killed', async () => {
    const first = await start();
    await first.stop('SIGKILL');
    const second = await start();
    expect((await second.client.get('/api/health/ready')).status).toBe(200);
  });

  it('waits for a process that is just letting go', async () => {
    const first = await start();
    const [, second] = await Promise.all([first.stop('SIGTERM'), start()]);
    expect((await second.client.get('/api/health/ready')).status).toBe(200);
  });

  it('of three starts at once serves one, and the others say why', async () => {
    const starts = await Promise.allSettled([start(), start(), start()]);
    const failed = starts.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
    expect(failed).toHaveLength(2);
    for (const reason of failed) expect(reason).toMatch(/process \d+ on host/);
  });
});

onOneDatabase('scripts beside the service on %s', (dialect) => {
  useDatabase(dialect);

  it('migrate a new database at the same moment', async () => {
    const migrate = () => runProgram('scripts/db-migrate', [], testDatabase);
    const [server, ...scripts] = await Promise.all([start(), migrate(), migrate(), migrate()]);
    expect(scripts.map(({ code, stderr }) => [code, stderr])).toEqual(scripts.map(() => [0, '']));
    expect((await server.client.get('/api/health/ready')).status).toBe(200);
  });

  it('make a person and count the figures, as the documents say', async () => {
    await start();
    const input = `${PASSWORD}\n`;
    const made = await runProgram('scripts/create-user', CREATE_USER, testDatabase, { input });
    expect([made.code, made.stderr]).toEqual([0, '']);
    const counted = await runProgram('scripts/rebuild-rollups', [], testDatabase);
    expect([counted.code, counted.stderr]).toEqual([0, '']);
  });

  it('refuse to drop everything until it has ended', async () => {
    const server = await start();
    await server.client.post('/api/users', ANA);
    expect(await countUsers()).toBe(1);
    await expectRefusal(server, 'scripts/db-migrate', ['--force']);
    expect(await countUsers()).toBe(1);
    await server.stop('SIGKILL');
    const dropped = await runProgram('scripts/db-migrate', ['--force'], testDatabase);
    expect([dropped.code, dropped.stderr]).toEqual([0, '']);
    expect(await countUsers()).toBe(0);
  });

  it('refuse to make history up until it has ended', async () => {
    const server = await start();
    const few = ['--activity', '10', '--otp', '5'];
    await expectRefusal(server, 'scripts/seed-history', few);
    await server.stop('SIGKILL');
    const seeded = await runProgram('scripts/seed-history', few, testDatabase);
    expect([seeded.code, seeded.stderr]).toEqual([0, '']);
  });

  async function expectRefusal({ pid }: ServerProcess, program: string, args: readonly string[]) {
    const { code, stderr } = await runProgram(program, args, testDatabase);
    expect([program, code]).toEqual([program, 1]);
    expect(stderr).toContain(`process ${pid} `);
  }

  it('are stopped when npm has swallowed --force', async () => {
    const env = { npm_config_force: 'true' };
    const { code, stderr } = await runProgram('scripts/db-migrate', [], testDatabase, { env });
    expect(code).toBe(1);
    expect(stderr).toContain('-- --force');
  });
});
