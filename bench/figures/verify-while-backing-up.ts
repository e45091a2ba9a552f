import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Figure } from '../bench.ts';
import { prepareVerifies } from '../contenders/otp-server.ts';
import { seedDatabase } from '../contenders/seeded-waverify.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { describeP99, type LoadResult } from '../load.ts';

const LARGE = { activity: 1_000_000, otp: 200_000 };
const LOAD = { count: 600, connections: 2 };
const ROUNDS = 3;
const LONGEST_P99_MS = 25;
const COMMAND = fileURLToPath(new URL('../../dist/src/waverify.js', import.meta.url));

/** Users must not notice that a backup is made while the service runs. */
export const verifyWhileBackingUp: Figure = {
  name: 'verify-while-backing-up',
  async measure(bench) {
    const path = await seedDatabase(bench, LARGE);
    const waverify = await startWaverify(bench, { DB_SQLITE_PATH: path });
    const prepare = () => prepareVerifies(bench, waverify, LOAD);
    // The first requests of a process are always slower.
    await (await prepare())();
    const alone: LoadResult[] = [];
    const beside: LoadResult[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push(await (await prepare())());
      const next = await prepare();
      const backups = keepBackingUp(bench, path);
      beside.push(await next());
      await backups.stop();
    }
    const ours = describeP99(beside, 'while backups of 1,200,000 rows are made, on SQLite');
    return [
      {
        figure: 'p99 of verify, during a backup / alone',
        ...{ unit: 'ms', ours, goal: { atMost: 2 } },
        other: describeP99(alone, 'the same without a backup'),
      },
      {
        figure: 'p99 of verify, during a backup',
        unit: 'ms',
        ours,
        goal: { atMost: LONGEST_P99_MS },
      },
    ];
  },
};

/** Makes one backup after another, each by `waverify backup` in a process of its own, until it is stopped. */
function keepBackingUp(bench: Bench, path: string) {
  let isStopped = false;
  async function run(): Promise<void> {
    while (!isStopped) await backUp(path, bench.drawPath());
  }
  const running = run();
  // Otherwise, a failure before the stop would be an unhandled rejection.
  running.catch(() => {});
  return {
    /** Waits for the end of the backup that is being made. @throws if one failed. */
    async stop(): Promise<void> {
      isStopped = true;
      await running;
    },
  };
}

async function backUp(path: string, to: string): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, 'backup', '--to', to], {
    cwd: dirname(path),
    env: { PATH: process.env['PATH'], DB_TYPE: 'sqlite', DB_SQLITE_PATH: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The backup ended with ${code}`);
  await rm(to, { recursive: true });
}
