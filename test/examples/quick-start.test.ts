import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../support/has-program.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { waitFor } from '../support/wait-for.ts';

const FOLDER = new URL('../../examples/quick-start/', import.meta.url).pathname;

/** The number in all of the programs, which a user replaces. */
const PLACEHOLDER = '+6281234567890';

const tsx = createRequire(import.meta.url).resolve('tsx/cli');
const nextNumber = createPhoneNumbers();

let h: Harness;
let folder: string;
/** A key that may only send and check codes, as the console suggests. */
let secret: string;
let variables: NodeJS.ProcessEnv;

beforeAll(async () => {
  h = await createHarness();
  folder = await mkdtemp(join(tmpdir(), 'quick-start-'));
  // For the program that needs a package.
  await symlink(
    new URL('../../node_modules', import.meta.url).pathname,
    join(folder, 'node_modules'),
  );
  const scopes = ['otp:send', 'otp:verify'];
  const made = await h.client.post('/api/keys', { name: 'app', scopes });
  secret = String(made.body.data?.['secret']);
  variables = {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: tmpdir() },
    ...{ WAVERIFY_URL: h.url, WAVERIFY_API_KEY: secret },
  };
});
afterAll(async () => {
  await h.close();
  await rm(folder, { recursive: true });
});

/** Writes a program for a number, as a user would. */
async function write(file: string, phone: string): Promise<string> {
  const source = await readFile(FOLDER + file, 'utf8');
  expect(source).toContain(PLACEHOLDER);
  const path = join(folder, file);
  await writeFile(path, source.replaceAll(PLACEHOLDER, phone));
  return path;
}

/** The programs that ask for the code, and what starts them. */
const PROGRAMS = [
  { file: 'verify.mts', program: process.execPath, args: [tsx] },
  { file: 'verify.py', program: 'python3', args: [] },
  { file: 'verify.php', program: 'php', args: [] },
  { file: 'verify.go', program: 'go', version: 'version', args: ['run'] },
];

describe.each(PROGRAMS)('the program $file', ({ file, program, version, args }) => {
  const run = async (type: (code: string) => string) => {
    const phone = nextNumber();
    const child = spawn(program, [...args, await write(file, phone)], { env: variables });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk;
      });
    }
    const exited = once(child, 'exit');
    const code = await waitFor(
      () => h.gateway.messages.find(({ to }) => to === phone)?.code,
      `a code from ${file}`,
      60_000,
    );
    child.stdin.end(`${type(code)}\n`);
    const [status] = await exited;
    return { phone, output, status: Number(status) };
  };

  it.runIf(hasProgram(program, version))('sends a code, asks for it and checks it', async () => {
    const { phone, output } = await run((code) => code);
    expect(output).toContain('Code: ');
    expect(output).toContain(`${phone} is verified.`);
  });

  it.runIf(hasProgram(program, version))('says that a wrong code is wrong', async () => {
    const { output } = await run((code) => (code === '000000' ? '000001' : '000000'));
    expect(output).toMatch(/wrong/);
    expect(output).not.toContain('is verified');
  });
});

it.runIf(hasProgram('curl'))('the commands with curl send a code and check it', async () => {
  const phone = nextNumber();
  const source = (await readFile(`${FOLDER}verify.sh`, 'utf8')).replaceAll(PLACEHOLDER, phone);
  const [send = '', check = ''] = source.split('# 2.');
  // Without blocking, because the service runs in this process.
  const run = async (text: string) => {
    const child = spawn('sh', ['-c', text], { env: variables });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await once(child, 'close');
    return JSON.parse(output) as { readonly success: boolean; readonly data: object };
  };
  expect(await run(send)).toMatchObject({ success: true });
  const typed = `# 2.${check.replace('123456', h.gateway.codeFor(phone))}`;
  expect(await run(typed)).toMatchObject({ success: true, data: { phoneNumber: phone } });
});

it('the program with the Twilio SDK verifies with the settings of the account', async () => {
  const settings = await h.client.get('/api/compat/twilio');
  const { accountSid, services } = settings.body.data as unknown as {
    readonly accountSid: string;
    readonly services: readonly { readonly sid: string }[];
  };
  const phone = nextNumber();
  const child = spawn(process.execPath, [await write('twilio.mjs', phone)], {
    env: {
      ...variables,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: secret,
      TWILIO_VERIFY_SERVICE_SID: services[0]?.sid,
    },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const exited = once(child, 'close');
  const code = await waitFor(
    () => h.gateway.messages.find(({ to }) => to === phone)?.code,
    'a code from the Twilio SDK',
    60_000,
  );
  child.stdin.end(`${code}\n`);
  await exited;
  expect(output).toContain('approved');
});
