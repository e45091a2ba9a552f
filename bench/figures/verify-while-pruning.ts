import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figure } from '../bench.ts';
import { sendCodes, verifyCodes } from '../contenders/otp-server.ts';
import { startSeededWaverify } from '../contenders/seeded-waverify.ts';
import type { LoadResult } from '../load.ts';
import type { Reading } from '../report.ts';
import { callJson } from '../support/call-json.ts';

const LARGE = { activity: 1_000_000, otp: 200_000, expiring: 100_000 };
const VERIFIES = 600;
const CONNECTIONS = 2;
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
    await (await prepare(bench, waverify))();
    alone.push(await (await prepare(bench, waverify))());
    const verify = await prepare(bench, waverify);
    if (Date.now() > endsAt - MINUTE_MS)
      throw new Error('This took too long: the codes have expired');
    await pause(endsAt - Date.now());
    expiring.push(await verify());
    await pause(MINUTE_MS);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round > 0) alone.push(await (await prepare(bench, waverify))());
      const next = await prepare(bench, waverify);
      const isOver = prune(waverify);
      pruning.push(await next());
      await isOver;
    }
    const other = describe(alone, 'the same without the job');
    const first = { ...other, values: other.values.slice(0, 1) };
    return [
      {
        figure: 'p99 of verify, 100,000 codes expire / alone',
        unit: 'ms',
        ours: describe(expiring, 'while the job expires them'),
        other: first,
        goal: { atMost: 2 },
      },
      {
        figure: 'p99 of verify, a million rows are pruned / alone',
        unit: 'ms',
        ours: describe(pruning, 'while a cleanup of everything older than a day runs'),
        other,
        goal: { atMost: 2 },
      },
    ];
  },
};

/** Sends codes; the returned function verifies them and is measured. */
async function prepare({ phoneNumbers, sink }: Bench, waverify: Server) {
  const drawn = phoneNumbers.draw(VERIFIES);
  const recipients = { phoneNumbers: drawn, connections: CONNECTIONS };
  const { codes } = await sendCodes(waverify, sink, recipients);
  return () => verifyCodes(waverify, codes, recipients);
}

async function prune({ server, headers }: Server): Promise<void> {
  const body = { activityDays: 1, otpDays: 1 };
  await callJson(`${server.origin}/api/analytics/cleanup`, { method: 'POST', headers, body });
}

function describe(loads: readonly LoadResult[], of: string): Reading {
  return {
    of,
    values: loads.map(({ p99Ms }) => p99Ms),
    cpuMicros: loads.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall),
  };
}
