import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drawSecret, signWebhook } from '../../src/services/webhooks/sign.ts';
import { hasProgram } from '../support/has-program.ts';
import { createHarness, type Harness } from '../support/http/harness.ts';
import { createWebhook, receiverVariables } from '../support/http/webhook-calls.ts';
import { waitFor } from '../support/wait-for.ts';

const FOLDER = new URL('../../web/console/webhooks/receivers/', import.meta.url).pathname;

type Language = readonly [name: string, toCommand: (port: number) => readonly string[]];

/** The receivers that the console offers, and how a user starts them. */
const languages: readonly Language[] = [
  ['node', () => ['node', 'receiver.mjs']],
  ['python3', () => ['python3', 'receiver.py']],
  ['php', (port) => ['php', '-S', `127.0.0.1:${port}`, 'receiver.php']],
];

const BODY = JSON.stringify({ id: 'evt_1', type: 'webhook.test', data: { name: 'Zoë 💚' } });
const SECRET = drawSecret();
const WAIT_MS = 30_000;

let h: Harness;
const started: ChildProcess[] = [];

beforeAll(async () => {
  h = await createHarness({ env: receiverVariables });
});
afterEach(async () => {
  for (const child of started.splice(0)) await stop(child);
});
afterAll(() => h.close());

// PHP is not part of CI; test/support/process/build.ts reports that it is missing.
describe.each(languages)('the receiver for %s', (name, toCommand) => {
  it.skipIf(name === 'php' && !hasProgram('php'))('takes what we sign, only', async () => {
    const port = await findPort();
    const url = `http://127.0.0.1:${port}/`;
    const { output } = start(toCommand(port), { PORT: String(port), WEBHOOK_SECRET: SECRET });
    await waitFor(
      async () => (await post(url, {})) === 401 || undefined,
      `${name} to listen`,
      WAIT_MS,
    );

    const { id } = await createWebhook(h.client, url, { secret: SECRET });
    await h.client.post(`/api/webhooks/${id}/test`, {});
    const delivery = await waitFor(
      async () => {
        const { body } = await h.client.get(`/api/webhooks/${id}/deliveries`);
        const items = (body.data?.['items'] ?? []) as { status: string; responseStatus: number }[];
        const [item] = items;
        return item?.status === 'PENDING' ? undefined : item;
      },
      'a delivery that was tried',
      WAIT_MS,
    );
    expect(delivery).toMatchObject({ status: 'SUCCESS', responseStatus: 204 });
    await waitFor(() => output().includes('webhook.test') || undefined, 'the event in its output');

    // The requests below show that it survives this.
    await sendHalf(port);
    const own = sign([SECRET]);
    const cases = {
      own,
      rotated: sign([drawSecret(), SECRET]),
      stranger: sign([drawSecret()]),
      old: sign([SECRET], -310),
      future: sign([SECRET], 310),
      otherId: { ...own, 'webhook-id': 'evt_2' },
      otherTime: { ...own, 'webhook-timestamp': String(Number(own['webhook-timestamp']) + 1) },
      noTime: { ...own, 'webhook-timestamp': 'now' },
      short: { ...own, 'webhook-signature': 'v1,' },
      foreign: { ...own, 'webhook-signature': 'v1,é' },
      otherVersion: {
        ...own,
        'webhook-signature': own['webhook-signature'].replace('v1,', 'v2,'),
      },
    };
    const statuses: Record<string, number> = {};
    for (const [of, headers] of Object.entries(cases)) statuses[of] = await post(url, headers);
    statuses['changed'] = await post(url, own, `${BODY} `);
    const { own: ours, rotated, ...others } = statuses;
    expect({ ours, rotated }).toEqual({ ours: 204, rotated: 204 });
    expect(Object.entries(others).filter(([, status]) => status !== 401)).toEqual([]);
    expect(output()).toContain('the signature does not match');
  });

  it.skipIf(name === 'php' && !hasProgram('php'))('takes nothing without a secret', async () => {
    const port = await findPort();
    const url = `http://127.0.0.1:${port}/`;
    for (const secret of ['', 'whsec_']) {
      const { child } = start(toCommand(port), { PORT: String(port), WEBHOOK_SECRET: secret });
      // PHP reads it with each request, the others when they start.
      const outcome = await waitFor(
        async () => child.exitCode ?? ((await post(url, {})) || undefined),
        'an exit or a response',
        WAIT_MS,
      );
      expect(outcome).toBe(name === 'php' ? 500 : 1);
      await stop(child);
    }
  });
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

it('is the same for Node.js in the documentation', () => {
  const documented = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  expect(documented).toContain(`\`\`\`js\n${readFileSync(`${FOLDER}receiver.mjs`, 'utf8')}\`\`\``);
});

/** Starts a receiver, and returns it with a function that returns its output. */
function start([program = '', ...args]: readonly string[], env: Record<string, string>) {
  const child = spawn(program, args, { cwd: FOLDER, env: { ...process.env, ...env } });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output };
}

function sign(secrets: readonly string[], seconds = 0) {
  const timestamp = new Date(Date.now() + seconds * 1000);
  return { ...signWebhook({ id: 'evt_1', timestamp, body: BODY, secrets }) };
}

/** Returns the status, or 0 while nothing listens. */
async function post(url: string, headers: Record<string, string>, body = BODY): Promise<number> {
  // A header is a string of bytes.
  const bytes = Object.entries(headers).map(([name, value]) => [
    name,
    Buffer.from(value).toString('latin1'),
  ]);
  const init = { method: 'POST', body, headers: Object.fromEntries(bytes) };
  return fetch(url, init).then(
    ({ status }) => status,
    () => 0,
  );
}

/** Sends the beginning of a request, and closes the connection. */
async function sendHalf(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 100\r\n\r\nhalf');
  await pause(100);
  socket.destroy();
  await pause(100);
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
