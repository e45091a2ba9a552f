import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

type Running = {
  readonly child: ChildProcess;
  readonly output: { out: string; err: string };
  readonly exited: Promise<unknown[]>;
};

const running: Running[] = [];

/** Starts the command as its package script does, but without a shell in between. */
function run(...args: string[]): Running {
  const main = 'test/support/whatsapp-lab/main.ts';
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args]);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  const started = { child, output, exited: once(child, 'exit') };
  running.push(started);
  return started;
}

const anyPorts = ['--port', '0', '--control-port', '0'];

async function runJson(...args: string[]) {
  const started = run('--json', ...args);
  await expect.poll(() => started.output.out, { timeout: 15_000 }).toMatch(/\n/);
  const addresses = JSON.parse(started.output.out) as { url: string; control: string };
  return { ...started, addresses };
}

afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map(({ exited }) => exited));
});

it('tells a person how to begin, and stops at once when it is told to', async () => {
  const { child, output, exited } = run(...anyPorts);
  await expect.poll(() => output.out, { timeout: 15_000 }).toMatch(/Ctrl\+C stops the lab/);
  expect(output.out).toMatch(/WHATSAPP_SOCKET_URL=ws:\/\/127\.0\.0\.1:\d+\/ws\/chat npm start/);
  expect(output.out).toMatch(/curl 127\.0\.0\.1:\d+\/phones\/\+6281234567001\/scan -d/);
  const startedAt = performance.now();
  child.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(output.err).toBe('');
});

it('tells a program its two addresses, and has the two phones', async () => {
  const { addresses, output, child, exited } = await runJson(...anyPorts);
  expect(Object.keys(addresses)).toEqual(['url', 'control']);
  const phones = (await (await fetch(`${addresses.control}/phones`)).json()) as object[];
  expect(phones).toMatchObject([
    { number: '+6281234567001', name: 'Operator' },
    { number: '+6281234567890', name: 'Recipient' },
  ]);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect(output.out.trim().split('\n')).toHaveLength(1);
});

it('starts a media host, and leaves its certificate in a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-'));
  const file = join(folder, 'lab.pem');
  const { addresses } = await runJson(...anyPorts, '--media', file);
  expect(await readFile(file, 'utf8')).toContain('BEGIN CERTIFICATE');
  expect((await fetch(`${addresses.control}/media/requests`)).status).toBe(200);
  await rm(folder, { recursive: true });
});

it('says in one sentence which flag helps when a port is taken', async () => {
  const { addresses } = await runJson(...anyPorts);
  const [port, controlPort] = [new URL(addresses.url).port, new URL(addresses.control).port];
  const first = run('--port', port, '--control-port', '0');
  const second = run('--port', '0', '--control-port', controlPort);
  const third = run('--port', 'seven');
  expect(await first.exited).toEqual([1, null]);
  expect(first.output.err).toBe(`Port ${port} is taken: choose another with --port.\n`);
  expect(await second.exited).toEqual([1, null]);
  expect(second.output.err).toBe(
    `Port ${controlPort} is taken: choose another with --control-port.\n`,
  );
  expect(await third.exited).toEqual([1, null]);
  expect(third.output.err).toMatch(/^--port must be a port .* not "seven"[.]\n$/);
});
