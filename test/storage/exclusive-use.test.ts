import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTestDatabase,
  type dialects,
  type TestDatabase,
} from '../support/database/databases.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import { isFull } from '../support/full-run.ts';
import { PASSWORD } from '../support/http/users.ts';
import { runCommand, runProgram } from '../support/process/script-process.ts';
import {
  findFreePort,
  type ServerProcess,
  startServerProcess,
} from '../support/process/server-process.ts';

const ROUNDS = 'test/support/process/file-lock-rounds.ts';

const GATEWAY = 'http://127.0.0.1:9/';

const CREATE_USER = ['--email', 'ana@example.com', '--name', 'Ana'];

/** How a script ends that did its work. */
const DONE = { code: 0, stderr: '' };

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

/** Starts a process that asks for a file when it is told so, and answers each line with one line. */
async function startAsking() {
  const child = spawn(process.execPath, ['--import', 'tsx', ROUNDS], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => String((await lines.next()).value);
  expect(await read()).toBe('ready');
  const tell = (line: string) => {
    child.stdin.write(`${line}\n`);
    return read();
  };
  const end = async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
  return { tell, end };
}

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
    const first = await start();
    const second = await startInVain();
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.pid} `);
    expect(second.stderr).toContain(testDatabase.url.slice('sqlite:'.length));
    expect((await first.client.get('/api/health')).status).toBe(200);
  });

  it('is free as soon as the process is killed, and waits for one that is just letting go', async () => {
    const killed = await start();
    await killed.stop('SIGKILL');
    const stopping = await start();
    expect((await stopping.client.get('/api/health/ready')).status).toBe(200);
    const [, last] = await Promise.all([stopping.stop('SIGTERM'), start()]);
    expect((await last.client.get('/api/health/ready')).status).toBe(200);
  });

  it('is held by one of four processes that ask for it in the same millisecond', async () => {
    const [, path = ''] = testDatabase.url.split('sqlite:');
    const processes = await Promise.all(Array.from({ length: 4 }, startAsking));
    const tellAll = (line: string) => Promise.all(processes.map(({ tell }) => tell(line)));
    for (let round = 0; round < (isFull ? 20 : 3); round += 1) {
      const file = `${path}-${round}`;
      const answers = await tellAll(`${file} ${Date.now() + 100}`);
      expect(answers.sort()).toEqual(['held', 'not held', 'not held', 'not held']);
      await tellAll('release');
      for (const one of [file, `${file}-lock`]) await rm(one, { force: true });
    }
    await Promise.all(processes.map(({ end }) => end()));
  }, 180_000);

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
    const migrate = () => runCommand('migrate', [], testDatabase);
    const [server, ...scripts] = await Promise.all([start(), migrate(), migrate()]);
    expect(scripts.map(({ code, stderr }) => [code, stderr])).toEqual(scripts.map(() => [0, '']));
    expect((await server.client.get('/api/health/ready')).status).toBe(200);
  });

  it('make a person, as the documents say, and refuse to destroy anything until it has ended', async () => {
    const server = await start();
    const input = `${PASSWORD}\n`;
    const run = (name: string, args: readonly string[] = []) =>
      runCommand(name, args, testDatabase, { input });
    expect(await run('create-user', CREATE_USER)).toMatchObject(DONE);
    expect(await run('rebuild-rollups')).toMatchObject(DONE);
    const few = ['--activity', '10', '--otp', '5'];
    await expectRefusal(server, runProgram('scripts/seed-history', few, testDatabase));
    await expectRefusal(server, run('migrate', ['--force']));
    await expectRefusal(server, run('db-restored'));
    expect(await countUsers()).toBe(1);
    await server.stop('SIGKILL');
    expect(await runProgram('scripts/seed-history', few, testDatabase)).toMatchObject(DONE);
    expect(await run('db-restored')).toMatchObject(DONE);
    expect(await run('migrate', ['--force'])).toMatchObject(DONE);
    expect(await countUsers()).toBe(0);
  });

  async function expectRefusal({ pid }: ServerProcess, refused: ReturnType<typeof runCommand>) {
    const { code, stderr } = await refused;
    expect([code, stderr]).toEqual([1, expect.stringContaining(`process ${pid} `)]);
  }

  it('are stopped when npm has swallowed --force', async () => {
    const env = { npm_config_force: 'true' };
    const { code, stderr } = await runCommand('migrate', [], testDatabase, { env });
    expect(code).toBe(1);
    expect(stderr).toContain('-- --force');
  });
});
