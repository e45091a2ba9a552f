import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_KEY, createClient } from '../http/client.ts';
import { SECRET_KEY } from '../http/harness.ts';

type Options = {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the program in its own place, such as `env`, with its arguments. */
  readonly under?: readonly string[];
};

export type ServerProcess = Awaited<ReturnType<typeof startServerProcess>>;

/** Starts the compiled program as an operator does, and resolves when it is ready. */
export async function startServerProcess(options: Options) {
  const { databaseUrl, gatewayUrl, env = {}, under = [] } = options;
  const port = await findFreePort();
  const [program = '', ...args] = [...under, process.execPath, 'dist/src/main.js'];
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      STATE_PATH: join(tmpdir(), 'waverify-state'),
      MEDIA_PATH: join(tmpdir(), 'waverify-media'),
      SECRET_KEY,
      API_KEY,
      OTP_CHANNELS: 'http',
      HTTP_CHANNEL_URL: gatewayUrl,
      OTP_HASH_MEMORY_KIB: '1024',
      OTP_HASH_TIME_COST: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  await waitUntilReady(child, output, exited);
  const url = `http://127.0.0.1:${port}`;
  const client = createClient(url);
  return {
    url,
    client,
    pid: child.pid,
    /** Everything that the process wrote, log and all. */
    output: () => output.join(''),
    /** Sends a signal and resolves with the exit code, or null when the signal ended it. */
    async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
      child.kill(signal);
      const [code] = await exited;
      client.close();
      return code;
    },
  };
}

async function waitUntilReady(
  child: ChildProcess,
  output: readonly string[],
  exited: Promise<unknown>,
): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (output.join('').includes('"msg":"ready"')) resolve();
    });
  });
  const died = exited.then(() => {
    throw new Error(`The server did not start:\n${output.join('')}`);
  });
  await Promise.race([ready, died]);
  died.catch(() => {}); // From now on, an exit is what the test asked for.
}

/** A port of the loopback that nobody has at this moment. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
