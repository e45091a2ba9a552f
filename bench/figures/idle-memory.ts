import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { startOnFile } from '../contenders/waverify.ts';
import { runInTurn } from '../rounds.ts';
import { readResidentMb } from '../support/resident-memory.ts';

const ROUNDS = 3;

/** By then, all jobs that run every few seconds have run. */
const IDLE_MS = 30_000;

/** The memory of a server that has nothing to do. */
export const idleMemory: Figure = {
  name: 'idle-memory',
  async measure(bench) {
    const path = bench.drawPath();
    const { idle } = await runInTurn(
      bench,
      { idle: () => measureIdle(bench, path) },
      { warmUps: 0, rounds: ROUNDS },
    );
    const of = `resident memory ${IDLE_MS / 1000} s after a start`;
    return [
      {
        figure: 'memory when idle',
        unit: 'MB',
        ours: { of, values: idle, cpuMicros: [] },
        goal: { atMost: 110 },
      },
    ];
  },
};

async function measureIdle(bench: Bench, path: string): Promise<number> {
  const server = await startOnFile(bench, path);
  await pause(IDLE_MS);
  const memory = await readResidentMb(server);
  await server.stop();
  return memory;
}
