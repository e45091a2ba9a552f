import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';

const LONGEST_START_MS = 30_000;
const LONGEST_STOP_MS = 10_000;
const POLL_MS = 2;
const OUTPUT_KEPT = 4000;

export type RunningServer = {
  readonly name: string;
  readonly origin: string;
  readonly pid: number;
  /** From its start to its first response. */
  readonly startMs: number;
  /** The end of what it wrote. */
  readOutput(): string;
  stop(): Promise<void>;
};

export type ServerCommand = {
  readonly name: string;
  /** What Node runs. The environment has a free PORT, and of this process PATH only. */
  readonly args: readonly string[];
  /** The flag for the port, if the program takes it as an argument. */
  readonly portFlag?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly healthPath: string;
};

/** Starts servers as child processes and keeps track of them, so that none is left running. */
export function createServerKeeper(workingDirectory: string) {
  const running = new Set<ChildProcess>();

  /** @throws if the server ends, or does not respond within half a minute. */
  async function start(command: ServerCommand): Promise<RunningServer> {
    const { name, args, portFlag, env, healthPath } = command;
    const port = await findFreePort();
    const portArgs = portFlag === undefined ? [] : [portFlag, String(port)];
    const startedAt = performance.now();
    const child = spawn(process.execPath, [...args, ...portArgs], {
      // Not the repository: a developer's .env there must not affect the measurement.
      cwd: workingDirectory,
      env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const readOutput = keepOutput(child);
    const origin = `http://127.0.0.1:${port}`;
    await waitForAnswer(`${origin}${healthPath}`, child).catch((error: unknown) => {
      throw new Error(`${name} did not start: ${error}\n${readOutput()}`);
    });
    const startMs = performance.now() - startedAt;
    const { pid } = child;
    if (pid === undefined) throw new Error(`${name} has no process id`);
    return { name, origin, pid, startMs, readOutput, stop: () => stopChild(child) };
  }

  async function stopAll(): Promise<void> {
    await Promise.all([...running].map(stopChild));
  }

  return { start, stopAll };
}

export type ServerKeeper = ReturnType<typeof createServerKeeper>;

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

/** Reads the child's output, so that its pipe never fills, and keeps the end for error messages. */
function keepOutput(child: ChildProcess): () => string {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => output;
}

async function waitForAnswer(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_START_MS;
  while (performance.now() < giveUpAt) {
    if (hasEnded(child)) throw new Error('it ended at once');
    const response = await request(url).catch(() => undefined);
    await response?.body.dump();
    if (response?.statusCode === 200) return;
    await pause(POLL_MS);
  }
  throw new Error(`no answer within ${LONGEST_START_MS / 1000} s`);
}

/** Asks the child to stop, and kills it if that takes too long. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS);
  await ended;
  clearTimeout(force);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
