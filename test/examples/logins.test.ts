import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../support/has-program.ts';
import { API_KEY } from '../support/http/client.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { findFreePort } from '../support/process/server-process.ts';
import { waitFor } from '../support/wait-for.ts';

const nextNumber = createPhoneNumbers();

let h: Harness;
beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

function environment(port: number): NodeJS.ProcessEnv {
  return {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: String(port) },
    ...{ WAVERIFY_URL: h.url, WAVERIFY_API_KEY: API_KEY, SESSION_SECRET: 'a secret of the test' },
  };
}

/** The examples that are servers, and how they are started on a port. */
const SERVERS = [
  { name: 'express', program: process.execPath, args: () => ['examples/express/server.mjs'] },
  { name: 'python', program: 'python3', args: () => ['examples/python/app.py'] },
  {
    name: 'php',
    program: 'php',
    args: (port: number) => ['-S', `127.0.0.1:${port}`, 'examples/php/login.php'],
  },
  { name: 'go', program: 'go', version: 'version', args: () => ['run', 'examples/go/main.go'] },
];

describe.each(SERVERS)('the example in $name', ({ program, version, args }) => {
  it.runIf(hasProgram(program, version))(
    'logs a user in by code, and refuses a wrong one',
    async () => {
      const port = await findFreePort();
      const child = start(program, args(port), environment(port));
      try {
        await logIn(`http://127.0.0.1:${port}`);
      } finally {
        await end(child);
      }
    },
  );
});

/** Starts a program in a process group of its own, because `go run` does not end what it runs. */
function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(program, args, { env, stdio: 'ignore', detached: true });
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  process.kill(-Number(child.pid));
  await exited;
}

async function logIn(url: string): Promise<void> {
  const phone = nextNumber();
  const sent = await waitFor(
    () => post(`${url}/login/code`, { phone }).catch(() => undefined),
    'the example',
    60_000,
  );
  expect(sent.status).toBe(200);
  const cookie = sent.headers.getSetCookie().map((line) => String(line.split(';')[0]));
  const code = h.gateway.codeFor(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  const refused = await post(`${url}/login`, { code: wrong }, cookie);
  expect([refused.status, await refused.json()]).toMatchObject([400, { message: /wrong/ }]);
  expect((await post(`${url}/login`, { code })).status).toBe(400);
  expect((await post(`${url}/login`, { code }, cookie)).status).toBe(200);
}

function post(url: string, body: object, cookies: readonly string[] = []): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(cookies.length > 0 && { cookie: cookies.join('; ') }),
    },
    body: JSON.stringify(body),
  });
}

it.runIf(hasProgram('curl'))(
  'the example with curl sends a code, asks for it and checks it',
  async () => {
    const phone = nextNumber();
    const child = spawn('examples/curl/login.sh', [phone], { env: environment(0) });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await waitFor(() => (output.includes('Code: ') ? true : undefined), 'the question');
    const exited = once(child, 'exit');
    child.stdin.end(`${h.gateway.codeFor(phone)}\n`);
    expect(await exited).toEqual([0, null]);
    expect(output).toContain('OTP verified');
  },
);

/** Loads an example, which has settings of its own for the compiler. */
const load = (path: string) => import(new URL(`../../examples/${path}.ts`, import.meta.url).href);

it('the handlers for Next.js log a user in by code', async () => {
  Object.assign(process.env, environment(0));
  const [send, check] = [
    await load('nextjs/app/login/code/route'),
    await load('nextjs/app/login/route'),
  ];
  const ask = (body: object, cookie = '') =>
    new Request('http://app/login', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { cookie },
    });
  const phone = nextNumber();
  const sent = await send.POST(ask({ phone }));
  const cookie = String(sent.headers.get('set-cookie')?.split(';')[0]);
  const code = h.gateway.codeFor(phone);
  expect((await check.POST(ask({ code }))).status).toBe(400);
  expect((await check.POST(ask({ code }, cookie))).status).toBe(200);
});

it('the example with better-auth logs a user in by code', async () => {
  Object.assign(process.env, environment(0));
  const { auth } = await load('better-auth/auth');
  const phoneNumber = nextNumber();
  await auth.api.sendPhoneNumberOTP({ body: { phoneNumber } });
  const code = h.gateway.codeFor(phoneNumber);
  const { user } = (await auth.api.verifyPhoneNumber({ body: { phoneNumber, code } })) ?? {};
  expect(user).toMatchObject({ phoneNumber, phoneNumberVerified: true });
});

it('the example for Twilio Verify runs with the settings that Waverify gives', async () => {
  const settings = await h.client.get('/api/compat/twilio');
  const { accountSid, services } = settings.body.data as unknown as {
    readonly accountSid: string;
    readonly services: readonly { readonly sid: string }[];
  };
  const made = await h.client.post('/api/keys', {
    name: 'app',
    scopes: ['otp:send', 'otp:verify'],
  });
  const port = await findFreePort();
  const child = start(process.execPath, ['examples/twilio-migration/server.mjs'], {
    ...environment(port),
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: String(made.body.data?.['secret']),
    TWILIO_VERIFY_SERVICE_SID: services[0]?.sid,
  });
  try {
    const phone = nextNumber();
    const url = `http://127.0.0.1:${port}`;
    const sent = await waitFor(
      () => post(`${url}/login/code`, { phone }).catch(() => undefined),
      'the example',
      60_000,
    );
    expect(await sent.json()).toEqual({ status: 'pending' });
    const checked = await post(`${url}/login`, { phone, code: h.gateway.codeFor(phone) });
    expect(await checked.json()).toEqual({ status: 'approved' });
  } finally {
    await end(child);
  }
});
