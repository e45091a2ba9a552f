import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecrets } from '../../config/load-secrets.ts';
import { findFreePort } from '../support/server-process.ts';

const PROGRAM = resolve('dist/src/main.js');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waverify-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the program in a folder of its own and waits for its end. */
async function run(env: Readonly<Record<string, string>>, args = [PROGRAM]) {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Starts the program, stops it when it is ready, and returns what it printed. */
async function startAndStop(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    // Any free port: what is tested here is over before somebody calls.
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(await findFreePort()),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr = text(child.stderr);
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('"msg":"ready"')) child.kill('SIGINT');
  }
  if (!output.includes('"msg":"ready"')) throw new Error(`it did not start: ${await stderr}`);
  return output;
}

const keyIn = (output: string) => /API key +(\S+)/.exec(output)?.[1];

describe('the secrets of a first start', () => {
  const path = () => join(folder, 'database', 'secrets.json');

  it('are made once, for the owner of the file only, and kept at the second start', async () => {
    const first = await startAndStop();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const made = JSON.parse(readFileSync(path(), 'utf8'));
    expect(Buffer.from(made.SECRET_KEY, 'hex')).toHaveLength(32);
    expect(made.API_KEY).toMatch(/^wv_[A-Za-z0-9_-]{43}$/);
    expect(keyIn(first)).toBe(made.API_KEY);
    expect(keyIn(await startAndStop())).toBe(made.API_KEY);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(made);
    expect(first).not.toContain(made.SECRET_KEY);
  });

  it('are the same for two first starts at once', async () => {
    // Both processes ask for the secrets of the same 200 folders at the same moments.
    const script = `
      import { loadSecrets } from ${JSON.stringify(pathToFileURL(resolve('dist/config/load-secrets.js')))};
      const keys = [];
      for (let i = 0; i < 200; i += 1) {
        while (performance.timeOrigin + performance.now() < ${Date.now() + 2000} + i * 5);
        keys.push(loadSecrets(\`\${i}/secrets.json\`).apiKey);
      }
      process.stdout.write(keys.join());`;
    const ask = () => run({}, ['--input-type=module', '--eval', script]);
    const [one, other] = await Promise.all([ask(), ask()]);
    expect([one.code, one.stderr]).toEqual([0, '']);
    expect(new Set(one.stdout.split(',')).size).toBe(200);
    expect(other.stdout).toBe(one.stdout);
    expect(readdirSync(join(folder, '0'))).toEqual(['secrets.json']);
  });

  it('give way to what the environment says', async () => {
    const output = await startAndStop({ API_KEY: 'the-key-of-the-operator' });
    expect(keyIn(output)).toBe('the-key-of-the-operator');
  });

  it('are not made when the environment has both', async () => {
    await startAndStop({ API_KEY: 'k'.repeat(16), SECRET_KEY: 's'.repeat(32) });
    expect(existsSync(path())).toBe(false);
  });

  it.each([
    ['no JSON', 'SECRET_KEY=abc', /is not JSON/],
    ['half of them', '{"API_KEY":"abc"}', /does not hold SECRET_KEY and API_KEY/],
    ['null', 'null', /does not hold SECRET_KEY and API_KEY/],
    ['empty strings', '{"API_KEY":"","SECRET_KEY":""}', /does not hold SECRET_KEY and API_KEY/],
  ])('are not replaced when the file holds %s', (_, content, complaint) => {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, content);
    expect(() => loadSecrets(file)).toThrow(complaint);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});

describe('production', () => {
  it('stops with exit code 78 and one message that names every fault', async () => {
    const { code, stdout, stderr } = await run({ NODE_ENV: 'production', OTP_CHANNELS: 'console' });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toEqual([
      'The environment is not usable:',
      expect.stringMatching(/^ {2}SECRET_KEY: is required/),
      expect.stringMatching(/^ {2}API_KEY: is required/),
      expect.stringMatching(/^ {2}OTP_CHANNELS: console prints passcodes/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names faults of single variables and of several together in the same message', async () => {
    const { code, stderr } = await run({ NODE_ENV: 'production', OTP_TTL_SECONDS: '601' });
    expect(code).toBe(78);
    for (const name of ['OTP_TTL_SECONDS', 'SECRET_KEY', 'API_KEY', 'OTP_CHANNELS']) {
      expect(stderr).toContain(`  ${name}: `);
    }
  });
});

describe('a secret in a file', () => {
  it('is read when the program starts', async () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'a-key-from-a-file\n');
    expect(keyIn(await startAndStop({ API_KEY_FILE: file }))).toBe('a-key-from-a-file');
  });

  it('stops the program when it is not there, or when the variable is set too', async () => {
    const missing = await run({ API_KEY_FILE: join(folder, 'nothing') });
    expect([missing.code, missing.stderr]).toEqual([78, expect.stringContaining('API_KEY')]);
    const both = await run({ API_KEY: 'k'.repeat(16), API_KEY_FILE: join(folder, 'nothing') });
    expect([both.code, both.stderr]).toEqual([78, expect.stringContaining('not both')]);
  });
});
