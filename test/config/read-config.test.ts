import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
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
import { loadDotEnv } from '../../config/load-dotenv.ts';
import { readConfig } from '../../config/read-config.ts';
import { loadSecrets } from '../../config/secrets/load-secrets.ts';
import { findFreePort } from '../support/process/server-process.ts';
import { findObstacle, startOnTerminal } from '../support/process/terminal.ts';

const PROGRAM = resolve('dist/src/main.js');
const LOADER = import.meta.resolve('tsx');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waverify-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in a folder of its own to its end. */
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

/** What the program would read in the test's folder. */
function read(env: Readonly<Record<string, string>>) {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return readConfig({ ...env });
  } finally {
    process.chdir(before);
  }
}

/** The message of the fault in the configuration, with which main.ts ends the program. */
function readFault(env: Readonly<Record<string, string>>): string {
  try {
    read(env);
  } catch (error) {
    expect((error as Error).name).toBe('ConfigError');
    return (error as Error).message;
  }
  throw new Error('nothing is wrong with it');
}

const readKey = (env: Readonly<Record<string, string>> = {}) => read(env).secrets.apiKey;

describe('the secrets of a first start', () => {
  const path = () => join(folder, 'database', 'secrets.json');

  it('are made once, for the owner of the file only, and kept at the second start', async () => {
    const first = await startAndStop();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const made = JSON.parse(readFileSync(path(), 'utf8'));
    expect(Buffer.from(made.SECRET_KEY, 'hex')).toHaveLength(32);
    expect(made.API_KEY).toMatch(/^wv_[A-Za-z0-9_-]{43}$/);
    const second = await startAndStop();
    expect(readKey()).toBe(made.API_KEY);
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(made);
    for (const output of [first, second]) {
      expect(output).not.toContain(made.SECRET_KEY);
      expect(output).not.toContain(made.API_KEY);
      expect(output).toContain('database/secrets.json');
    }
    expect(statSync(join(folder, 'database')).mode & 0o777).toBe(0o700);
  });

  it.skipIf(findObstacle())(
    'F13b: are shown once, on the terminal where they were made',
    async () => {
      const show = async (env: Readonly<Record<string, string>> = {}) => {
        const all = { HOST: '127.0.0.1', OTP_CHANNELS: 'console', ...env };
        const terminal = await startOnTerminal(all, folder);
        await terminal.until(/(ready) /);
        await terminal.interrupt();
        return terminal.shown();
      };
      const first = await show();
      const { API_KEY } = JSON.parse(readFileSync(path(), 'utf8'));
      expect(first).toContain(API_KEY);
      expect(await show()).not.toContain(API_KEY);
      const given = 'a-key-of-the-operators';
      expect(await show({ API_KEY: given })).not.toContain(given);
    },
  );

  it('F21b: are taken from other users who could read them, with a warning', async () => {
    read({});
    chmodSync(path(), 0o644);
    const output = await startAndStop();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    const warnings = output.split('\n').filter((line) => line.includes('"level":40'));
    expect(warnings.join('\n')).toContain('secrets.json');
  });

  it('are the same for two first starts at once', async () => {
    // Both processes ask for the secrets of the same 200 folders at the same moments.
    const script = `
      import { loadSecrets } from ${JSON.stringify(pathToFileURL(resolve('config/secrets/load-secrets.ts')))};
      const keys = [];
      for (let i = 0; i < 200; i += 1) {
        while (performance.timeOrigin + performance.now() < ${Date.now() + 2000} + i * 5);
        keys.push(loadSecrets(\`\${i}/secrets.json\`).apiKey);
      }
      process.stdout.write(keys.join());`;
    const ask = () => run({}, ['--import', LOADER, '--input-type=module', '--eval', script]);
    const [one, other] = await Promise.all([ask(), ask()]);
    expect([one.code, one.stderr]).toEqual([0, '']);
    expect(new Set(one.stdout.split(',')).size).toBe(200);
    expect(other.stdout).toBe(one.stdout);
    expect(readdirSync(join(folder, '0'))).toEqual(['secrets.json']);
  });

  it('give way to what the environment says, and are not made when it has both', async () => {
    const env = { API_KEY: 'the-key-of-the-operator', SECRET_KEY: 's'.repeat(32) };
    expect(await startAndStop(env)).not.toContain(env.API_KEY);
    expect(existsSync(path())).toBe(false);
    expect(readKey(env)).toBe(env.API_KEY);
    expect(readKey({ API_KEY: env.API_KEY })).toBe(env.API_KEY);
  });

  it.each([
    ['no JSON', 'SECRET_KEY=abc', /is not JSON/],
    ['half of them', '{"API_KEY":"abc"}', /has no valid SECRET_KEY and API_KEY/],
    ['null', 'null', /has no valid SECRET_KEY and API_KEY/],
    ['empty strings', '{"API_KEY":"","SECRET_KEY":""}', /has no valid SECRET_KEY and API_KEY/],
  ])('are not replaced when the file holds %s', (_, content, complaint) => {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, content);
    expect(() => loadSecrets(file)).toThrow(complaint);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('are read from a file that an editor gave a byte order mark or line ends', () => {
    const file = join(folder, 'secrets.json');
    const [apiKey, secretKey] = ['k'.repeat(16), 's'.repeat(32)];
    const stored = { API_KEY: `${apiKey}\n`, SECRET_KEY: ` ${secretKey}` };
    writeFileSync(file, `\uFEFF${JSON.stringify(stored)}\r\n`);
    expect(loadSecrets(file)).toEqual({ apiKey, secretKey, isNew: false });
  });

  it('have a sentence when their folder is a file', async () => {
    writeFileSync(join(folder, 'database'), '');
    const fault = readFault({ DB_SQLITE_PATH: './elsewhere/a.db' });
    expect(fault).toContain('has the name of its folder');
    expect(fault).not.toContain('ENOTDIR');
    expect(fault.split('secrets.json')).toHaveLength(2);
  });
});

describe('production', () => {
  it('stops with exit code 78 and one message that names every fault', async () => {
    const { code, stdout, stderr } = await run({ NODE_ENV: 'production', OTP_CHANNELS: 'console' });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toEqual([
      'Invalid configuration:',
      expect.stringMatching(/^ {2}SECRET_KEY: is required/),
      expect.stringMatching(/^ {2}API_KEY: is required/),
      expect.stringMatching(/^ {2}OTP_CHANNELS: console prints codes/),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names a broken secrets.json in the same message, outside production', async () => {
    mkdirSync(join(folder, 'database'));
    writeFileSync(join(folder, 'database', 'secrets.json'), 'no JSON');
    const fault = readFault({ PORT: 'x', OTP_CHANNELS: 'sms' });
    for (const name of ['PORT: ', 'OTP_CHANNELS: ', 'secrets.json']) expect(fault).toContain(name);
    expect(fault.split('secrets.json')).toHaveLength(2);
  });

  it('names faults of single variables and of several together in the same message', async () => {
    const fault = readFault({ NODE_ENV: 'production', OTP_TTL_SECONDS: '601' });
    for (const name of ['OTP_TTL_SECONDS', 'SECRET_KEY', 'API_KEY', 'OTP_CHANNELS']) {
      expect(fault).toContain(`  ${name}: `);
    }
  });
});

describe('a .env file', () => {
  const bom = '\uFEFF';
  const readPort = (bytes: string | Buffer) => {
    writeFileSync(join(folder, '.env'), bytes);
    return read({ API_KEY: 'k'.repeat(16), SECRET_KEY: 's'.repeat(32) }).config.http.port;
  };

  it.each([
    ['as it should be', 'PORT=21109\nOTP_CHANNELS=console\n'],
    ['F24: with a byte order mark', `${bom}PORT=21109\nOTP_CHANNELS=console`],
    [
      'F24: with a byte order mark and Windows line ends',
      `${bom}PORT="21109"\r\nOTP_CHANNELS=console\r\n`,
    ],
  ])('is read %s', (_, text) => {
    expect(readPort(text)).toBe(21109);
  });

  it.each([
    ['little-endian', Buffer.from(`${bom}PORT=21109`, 'utf16le')],
    ['big-endian', Buffer.from(`${bom}PORT=21109`, 'utf16le').swap16()],
    ['little-endian without a mark', Buffer.from('PORT=21109', 'utf16le')],
  ])('F24: stops the program when it is UTF-16, %s', (_, bytes) => {
    writeFileSync(join(folder, '.env'), bytes);
    expect(readFault({})).toMatch(/\.env .*UTF-8/);
    expect(readdirSync(folder)).toEqual(['.env']);
  });

  it('stops the program when it is not UTF-8', () => {
    writeFileSync(join(folder, '.env'), Buffer.from('# é\nPORT=21109\n', 'latin1'));
    expect(readFault({})).toMatch(/\.env .*UTF-8/);
  });

  const load = (text: string) => {
    const file = join(folder, '.env');
    writeFileSync(file, text);
    const read: Record<string, string | undefined> = {};
    const warnings = loadDotEnv(read, file);
    return { read, lines: warnings.map((warning) => Number(/line (\d+)/.exec(warning)?.[1])) };
  };

  it.each([
    'DEFAULT_REGION: MY',
    'DEFAULT_REGION MY',
    'DEFAULT_REGION＝MY',
    'DATABASE_URL: postgres://u:hidden@db/x?sslmode=require',
    '=MY',
    'API_KEY: aGlkZGVu==',
  ])('has a warning for a line that is none of its own, and loses no other: %s', (line) => {
    const { read, lines } = load(`# A comment\n\nPORT=1\n${line}\nLOG_LEVEL=warn\n`);
    expect(lines).toEqual([4]);
    expect(read).toEqual({ PORT: '1', LOG_LEVEL: 'warn' });
  });

  it('names a line by its number only, beside the faults too', () => {
    writeFileSync(join(folder, '.env'), 'PORT=x\nAPI_KEY: hidden=\n');
    const fault = readFault({});
    expect(fault).toMatch(/ {2}PORT: .*\n.*\.env.* line 2 /);
    expect(fault).not.toContain('hidden');
  });

  it('has no warning for what it may hold', () => {
    const text = [
      ...['export A=1', '  B = 2 # why', '\tC=', '  # D=4', '#', ' \t'],
      ...['E="one: 1', 'two', '# three"', "F='it''s'", 'G="open', 'H=a=b: c', '', ''],
    ];
    for (const end of ['\n', '\r\n']) {
      const { read, lines } = load(text.join(end));
      expect(lines).toEqual([]);
      expect(read).toEqual({
        ...{ A: '1', B: '2', C: '', E: 'one: 1\ntwo\n# three', F: 'it' },
        ...{ G: '"open', H: 'a=b: c' },
      });
    }
  });

  it('is read without invisible characters before its names', () => {
    const { read, lines } = load(
      '\uFEFF\uFEFFPORT=1\n\uFEFFHOST=a\n\u200BDEMO=true\n\u00A0OTP_LENGTH=7\nA\u200B=\u00A0b\n\uFEFF# c\n',
    );
    expect(lines).toEqual([]);
    expect(read).toMatchObject({ PORT: '1', HOST: 'a', DEMO: 'true', OTP_LENGTH: '7' });
    expect(Object.keys(read)).toContain('A');
  });

  it('gives way to what is set', () => {
    writeFileSync(join(folder, '.env'), 'API_KEY=from-the-dotenv-file\n');
    expect(readKey()).toBe('from-the-dotenv-file');
    expect(readKey({ API_KEY: 'from-the-environment' })).toBe('from-the-environment');
  });
});

describe('a secret in a file', () => {
  it('stops the program when the file is not UTF-8', () => {
    const file = join(folder, 'key');
    writeFileSync(file, Buffer.from('\uFEFFa-key-from-a-file', 'utf16le'));
    expect(readFault({ API_KEY_FILE: file })).toMatch(/ API_KEY_FILE: .*UTF-8/);
  });

  it('is read when the program starts', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'a-key-from-a-file\n');
    expect(readKey({ API_KEY_FILE: file })).toBe('a-key-from-a-file');
  });

  it('stops the program when it is not there, or when the variable is set too', () => {
    const file = join(folder, 'nothing');
    expect(readFault({ API_KEY_FILE: file })).toContain('API_KEY');
    expect(readFault({ API_KEY: 'k'.repeat(16), API_KEY_FILE: file })).toContain('not both');
  });
});
