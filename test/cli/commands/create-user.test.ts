import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, SECRET_KEY } from '../../support/http/harness.ts';
import {
  createPeopleCalls,
  NO_LOGIN_LIMITS,
  nextEmail,
  PASSWORD,
} from '../../support/http/users.ts';
import { findObstacle } from '../../support/process/terminal.ts';
import { waitFor } from '../../support/wait-for.ts';

const PROGRAM = ['dist/src/waverify.js', 'create-user'];

const envOf = ({ url }: TestDatabase) => ({
  PATH: process.env['PATH'],
  NODE_ENV: 'test',
  DATABASE_URL: url,
  ...{ SECRET_KEY, API_KEY, OTP_CHANNELS: 'console' },
});

/** Runs the compiled program; what is typed comes by a pipe that stays open, as from a supervisor. */
async function run(database: TestDatabase, args: readonly string[], typed: string | undefined) {
  const child = spawn(process.execPath, [...PROGRAM, ...args], { env: envOf(database) });
  child.stdin.on('error', () => {}); // It may have ended before it read anything.
  if (typed === undefined) child.stdin.end();
  else child.stdin.write(typed);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  child.stdin.destroy();
  return { code, stdout, stderr };
}

onOneDatabase('create-user on %s', (dialect) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
  });
  afterAll(() => database.drop());

  const create = (args: readonly string[], typed?: string) =>
    run(database, ['--name', 'Ana', ...args], typed);

  it('makes an operator in an empty database, who can log in and is on record', async () => {
    const email = nextEmail();
    const made = await create(['--email', ` ${email.toUpperCase()} `], `${PASSWORD}\nmore\n`);
    expect(made).toEqual({
      code: 0,
      stdout: `Created user ${email}: id 1, role ADMIN, account default\n`,
      stderr: '',
    });
    const h = await createHarness({ database, env: NO_LOGIN_LIMITS });
    const people = createPeopleCalls(h);
    const { accessToken } = await people.enter(email);
    expect((await people.me(accessToken)).body.data).toMatchObject({ isOperator: true });
    const where = { action: 'user_create' };
    const [row] = await h.database.models.ActivityLog.findAll({ where });
    expect([row?.status, row?.details]).toEqual(['success', 'bootstrap: user:1 (role, accountId)']);
    await h.close();
  });

  it('makes a person of an account', async () => {
    const email = nextEmail();
    const args = ['--email', email, '--role', 'USER', '--account', 'shop'];
    const { code, stdout } = await create(args, `${PASSWORD}\n`);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^Created user ${email}: id \\d+, role USER, account shop\n$`),
    );
  });

  it('makes one of 3 that ask for one address at once, and says why to the others', async () => {
    const email = nextEmail();
    const runs = await Promise.all(
      [1, 2, 3].map(() => create(['--email', email], `${PASSWORD}\n`)),
    );
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
    const complaints = new Set(runs.filter(({ code }) => code === 1).map(({ stderr }) => stderr));
    expect([...complaints]).toEqual(['A user with this email address already exists\n']);
  });
});

describe('create-user', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
  });
  afterAll(() => database.drop());

  const good = ['--email', 'ana@example.com', '--name', 'Ana'];

  it.each([
    ['a weak password', good, 'too short\n', 'password: must have at least 15 characters'],
    ['no password', good, undefined, 'There is no password on standard input'],
    [
      'a password in an argument, where others see it',
      [...good, '--password', PASSWORD],
      undefined,
      'A password in an argument is visible in the process list',
    ],
    [
      'an address that is none',
      [...good, '--email', 'ana'],
      PASSWORD,
      '--email: must be an email address',
    ],
    ['no name', ['--email', 'ana@example.com'], PASSWORD, '--name: is missing'],
    ['a role that is none', [...good, '--role', 'OWNER'], PASSWORD, '--role: '],
    [
      'an account in capitals',
      [...good, '--account', 'Shop'],
      PASSWORD,
      '--account: must be 1 to 31',
    ],
    ['an option that is none', [...good, '--admin'], PASSWORD, "Unknown option '--admin'"],
  ])('refuses %s, and says so', async (_, args, typed, complaint) => {
    const { code, stdout, stderr } = await run(database, args, typed);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain(PASSWORD);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  const obstacle = findObstacle();
  describe.skipIf(obstacle !== undefined)('on a terminal', () => {
    /** Types a line at each question, and tells what the terminal showed. */
    async function type(email: string, lines: readonly string[]) {
      const command = `exec ${process.execPath} ${PROGRAM.join(' ')} --email ${email} --name Ana`;
      const child = spawn('script', ['-qec', command, '/dev/null'], { env: envOf(database) });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        shown += chunk;
      });
      const exited = once(child, 'exit');
      for (const [index, line] of lines.entries()) {
        const question = index === 0 ? 'Password' : 'Repeat';
        await waitFor(() => shown.includes(question) || undefined, question, 20_000);
        child.stdin.write(line);
      }
      const [code] = await exited;
      child.stdin.destroy();
      return { code, shown };
    }

    it('asks twice, and shows nothing of what is typed', async () => {
      const { code, shown } = await type('ana@example.com', [`${PASSWORD}\r`, `${PASSWORD}\r`]);
      expect(shown).toContain('Created user ana@example.com: id ');
      expect(code).toBe(0);
      expect(shown).not.toContain('horse');
    });

    it('makes nobody when the two differ, or after Ctrl+C', async () => {
      const differing = await type('eva@example.com', [`${PASSWORD}\r`, `${PASSWORD}!\r`]);
      expect([differing.code, differing.shown]).toEqual([
        1,
        expect.stringContaining('The passwords do not match'),
      ]);
      const stopped = await type('eva@example.com', ['\u0003']);
      expect([stopped.code, stopped.shown]).toEqual([
        1,
        expect.stringContaining('no user was created'),
      ]);
      const { stdout } = await run(
        database,
        ['--email', 'eva@example.com', '--name', 'Eva'],
        `${PASSWORD}\n`,
      );
      expect(stdout).toContain('Created user eva@example.com');
    });
  });
});
