import { fileURLToPath } from 'node:url';
import type { Bench, Figure } from '../bench.ts';
import { startOnFile } from '../contenders/waverify.ts';
import type { Reading } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import type { RunningServer } from '../support/server-keeper.ts';

const HELLO = fileURLToPath(new URL('../contenders/hello-server.mjs', import.meta.url));

const ROUNDS = 11;

/** The time from starting a process to its first response. */
export const startOverHello: Figure = {
  name: 'start-over-hello',
  async measure(bench) {
    const path = bench.drawPath();
    const { ours, first, hello } = await runInTurn(
      bench,
      {
        ours: () => measureStart(() => startOnFile(bench, path)),
        first: () => measureStart(() => startOnFile(bench, bench.drawPath())),
        hello: () => measureStart(() => startHello(bench)),
      },
      { warmUps: 1, rounds: ROUNDS },
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
    ];
  },
};

function startHello({ servers }: Bench): Promise<RunningServer> {
  return servers.start({ name: 'Hono hello', args: [HELLO], env: {}, healthPath: '/' });
}

async function measureStart(start: () => Promise<RunningServer>): Promise<number> {
  const server = await start();
  await server.stop();
  return server.startMs;
}

function toReading(of: string, values: readonly number[]): Reading {
  return { of, values, cpuMicros: [] };
}
