import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../bench.ts';
import { prepareVerifies } from '../contenders/otp-server.ts';
import { startSeededWaverify } from '../contenders/seeded-waverify.ts';
import { describeP99, type LoadResult } from '../load.ts';
import { callJson } from '../support/call-json.ts';

const LARGE = { activity: 1_000_000, otp: 200_000, expiring: 100_000 };
const LOAD = { count: 600, connections: 2 };
const ROUNDS = 3;
const MINUTE_MS = 60_000;

type Server = Awaited<ReturnType<typeof startSeededWaverify>>;

/** Users must not notice that a hundred thousand codes expire, or that a million rows are deleted. */
export const verifyWhilePruning: Figure = {
  name: 'verify-while-pruning',
  async measure(bench) {
    const alone: LoadResult[] = [];
    const expiring: LoadResult[] = [];
    const pruning: LoadResult[] = [];
    // Seeded codes live 5 minutes, and a job runs at every full minute: they expire in the sixth.
    await pause(MINUTE_MS - (Date.now() % MINUTE_MS));
    const endsAt = Date.now() + 6 * MINUTE_MS;
    const waverify = await startSeededWaverify(bench, LARGE);
    // The first requests of a process are always slower.
    await (await prepareVerifies(bench, waverify, LOAD))();
    alone.push(await (await prepareVerifies(bench, waverify, LOAD))());
    const verify = await prepareVerifies(bench, waverify, LOAD);
    if (Date.now() > endsAt - MINUTE_MS)
      throw new Error('This took too long: the codes have expired');
    await pause(endsAt - Date.now());
    expiring.push(await verify());
    await pause(MINUTE_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round > 0) alone.push(await (await prepareVerifies(bench, waverify, LOAD))());
      const next = await prepareVerifies(bench, waverify, LOAD);
      const isOver = prune(waverify);
      pruning.push(await next());
      await isOver;
    }
    const other = describeP99(alone, 'the same without the job');
    const first = { ...other, values: other.values.slice(0, 1) };
    return [
      {
        figure: 'p99 of verify, 100,000 codes expire / alone',
        unit: 'ms',
        ours: describeP99(expiring, 'while the job expires them'),
        other: first,
        goal: { atMost: 2 },
      },
      {
        figure: 'p99 of verify, a million rows are pruned / alone',
        unit: 'ms',
        ours: describeP99(pruning, 'while a cleanup of everything older than a day runs'),
        other,
        goal: { atMost: 2 },
      },
    ];
  },
};

async function prune({ server, headers }: Server): Promise<void> {
  const body = { activityDays: 1, otpDays: 1 };
  await callJson(`${server.origin}/api/analytics/cleanup`, { method: 'POST', headers, body });
}
