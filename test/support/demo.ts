import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Lab, startLab } from './whatsapp-lab/lab.ts';

const USAGE = `npm run demo [-- --port 3000]
  Starts Waverify with a simulated WhatsApp on this computer, links a number, and shows the messages that phones
  read. Nothing leaves the computer. Ctrl+C stops it and deletes its data.`;

const RECIPIENT = '6281234567890';

/** Of the last 30 days, so that the console has something to show. */
const HISTORY = ['--activity', '4000', '--otp', '800'];

const READY_MS = 60_000;
const LINKED_MS = 30_000;

type Place = { readonly origin: string; readonly key: string };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(USAGE);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be from 1 to 65535\n${USAGE}`);
  }
  silenceLibraries();
  const folder = await mkdtemp(join(tmpdir(), 'waverify-demo-'));
  const key = `demo-${randomBytes(16).toString('hex')}`;
  const lab = await startLab({ port: 0 });
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    DB_SQLITE_PATH: join(folder, 'waverify.db'),
    STATE_PATH: join(folder, 'state'),
    MEDIA_PATH: join(folder, 'media'),
    SECRET_KEY: randomBytes(32).toString('hex'),
    API_KEY: key,
    OTP_CHANNELS: 'whatsapp',
    WHATSAPP_SOCKET_URL: lab.url,
    DEMO: 'true',
    LOG_LEVEL: 'error',
  };
  const endings: (() => unknown)[] = [];
  const stop = onStop(async () => {
    for (const end of endings.reverse()) await end();
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  });
  try {
    print('Writing the history of a month …');
    await run(['dist/scripts/seed-history.js', ...HISTORY], env);
    print('Starting Waverify …');
    endings.push(startProgram(env, () => void stop(1)));
    const place = { origin: `http://127.0.0.1:${port}`, key };
    await waitUntilReady(place);
    await linkNumber(lab, place);
    lab.addPhone({ pn: RECIPIENT, name: 'Recipient' });
    lab.onRead(({ number }, { text, sentByMe }) => {
      if (!sentByMe) print(`${number} reads: ${text.replace(/\p{Cc}+/gu, ' ')}`);
    });
    print(describe(place));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    await stop(1);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** libsignal prints whole sessions, with their keys. */
function silenceLibraries(): void {
  const ignore = () => {};
  Object.assign(console, { info: ignore, warn: ignore, error: ignore });
}

/** Cleans up once, when a signal comes or the returned function is called, and ends the process. */
function onStop(cleanUp: () => Promise<void>): (code: number) => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = (code: number) => {
    stopping ??= cleanUp().finally(() => process.exit(code));
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  return stop;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a compiled program to its end. @throws if it fails. */
async function run(args: readonly string[], env: Environment): Promise<void> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
}

/** Starts the service in a process group of its own, which Ctrl+C does not reach. Returns what stops it. */
function startProgram(env: Environment, onEarlyEnd: () => void): () => Promise<void> {
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  let isStopping = false;
  void ended.then(() => isStopping || onEarlyEnd());
  return async () => {
    isStopping = true;
    child.kill('SIGINT');
    await ended;
  };
}

async function waitUntilReady({ origin }: Place): Promise<void> {
  const endsAt = Date.now() + READY_MS;
  const isReady = () =>
    fetch(`${origin}/api/health`)
      .then(({ ok }) => ok)
      .catch(() => false);
  while (!(await isReady())) {
    if (Date.now() > endsAt) throw new Error('Waverify did not start in time');
    await pause(100);
  }
}

async function linkNumber(lab: Lab, place: Place): Promise<void> {
  const owner = lab.addPhone({ name: 'Toko Kopi' });
  await call(place, 'POST', '/api/sessions', { sessionId: 'default' });
  const { qr } = await call(place, 'GET', '/api/sessions/default/qr');
  await owner.scanQr(String(qr));
  const endsAt = Date.now() + LINKED_MS;
  while ((await call(place, 'GET', '/api/sessions/default/status'))['state'] !== 'open') {
    if (Date.now() > endsAt) throw new Error('The number was not linked in time');
    await pause(100);
  }
}

async function call({ origin, key }: Place, method: string, path: string, body?: object) {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  const { data } = (await response.json()) as { data: Readonly<Record<string, unknown>> };
  return data;
}

function describe({ origin, key }: Place): string {
  return `
Waverify runs, and a simulated WhatsApp number is linked.

  Console      ${origin}/        sign in with the API key ${key}
  Login page   ${origin}/demo    enter the number +${RECIPIENT}

Or send a code to the simulated phone:

  curl -s ${origin}/api/otp/send -H 'X-API-Key: ${key}' \\
    -H 'Content-Type: application/json' -d '{"phoneNumber":"+${RECIPIENT}"}'

What phones read appears here. Ctrl+C stops everything and deletes its data.
`;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
