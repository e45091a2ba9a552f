import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench, Figure } from '../bench.ts';
import { startBuiltWaverify } from '../contenders/waverify.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { readResidentMb } from '../support/resident-memory.ts';
import type { RunningServer } from '../support/server-keeper.ts';

const HELLO = fileURLToPath(new URL('../contenders/hello-server.mjs', import.meta.url));

const ROUNDS = 11;
const MEMORY_ROUNDS = 3;

/** By then, all jobs that run every few seconds have run. */
const IDLE_MS = 30_000;

/** The time from starting a process to its first response, and the memory that it then takes. */
export const startAndMemory: Figure = {
  name: 'start-and-memory',
  async measure(bench) {
    const path = bench.drawPath();
    const startExisting = () => startOn(bench, path);
    const { ours, first, hello } = await runInTurn(
      {
        ours: () => measureStart(startExisting),
        first: () => measureStart(() => startOn(bench, bench.drawPath())),
        hello: () => measureStart(() => startHello(bench)),
      },
      { warmUps: 1, rounds: ROUNDS },
    );
    const { idle } = await runInTurn(
      { idle: () => measureIdle(startExisting) },
      { warmUps: 0, rounds: MEMORY_ROUNDS },
    );
    return [
      {
        figure: 'start to the first response, SQLite / Hono hello',
        unit: 'ms',
        ours: toReading('Waverify with the http channel on an existing database', ours),
        other: toReading('a Hono server with one route', hello),
        goal: { atMost: 3.5 },
      },
      {
        figure: 'first start, with all migrations',
        unit: 'ms',
        ours: toReading('Waverify on a new SQLite database', first),
        goal: { atMost: 1200 },
      },
      {
        figure: 'memory when idle',
        unit: 'MB',
        ours: toReading(`resident memory ${IDLE_MS / 1000} s after a start`, idle),
        goal: { atMost: 110 },
      },
    ];
  },
};

async function startOn(bench: Bench, path: string): Promise<RunningServer> {
  const settings = { NODE_ENV: 'production', DB_TYPE: 'sqlite', DB_SQLITE_PATH: path };
  return (await startBuiltWaverify(bench, settings)).server;
}

function startHello({ servers }: Bench): Promise<RunningServer> {
  return servers.start({ name: 'Hono hello', args: [HELLO], env: {}, healthPath: '/' });
}

async function measureStart(start: () => Promise<RunningServer>): Promise<number> {
  const server = await start();
  await server.stop();
  return server.startMs;
}

async function measureIdle(start: () => Promise<RunningServer>): Promise<number> {
  const server = await start();
  await pause(IDLE_MS);
  const memory = await readResidentMb(server);
  await server.stop();
  return memory;
}

function toReading(of: string, values: readonly number[]): Reading {
  return { of, values, cpuMicros: [] };
}
