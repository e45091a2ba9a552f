import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestDatabase } from '../database/databases.ts';
import { API_KEY } from '../http/client.ts';
import { SECRET_KEY } from '../http/harness.ts';

type Options = {
  /** What is typed, or piped in. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

/** Runs a command of the built command line, such as `migrate`, on a database to its end. */
export function runCommand(
  name: string,
  args: readonly string[],
  database: Pick<TestDatabase, 'url'>,
  options: Options = {},
) {
  return runProgram('src/waverify', [name, ...args], database, options);
}

/** Runs a built program of the project, such as `scripts/seed-history`, on a database to its end. */
export async function runProgram(
  name: string,
  args: readonly string[],
  database: Pick<TestDatabase, 'url'>,
  { input = '', env = {}, cwd = process.cwd() }: Options = {},
) {
  const child = spawn(process.execPath, [resolve(`dist/${name}.js`), ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      ...{ SECRET_KEY, API_KEY, OTP_CHANNELS: 'console' },
      ...env,
    },
  });
  child.stdin.on('error', () => {}); // It may have ended before it read anything.
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
