import type { Figure } from '../bench.ts';
import { startSeededWaverify } from '../contenders/seeded-waverify.ts';
import { withCpuTime } from '../cpu-time.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { callJson } from '../support/call-json.ts';

const SMALL = { activity: 10_000, otp: 2000 };
const LARGE = { activity: 1_000_000, otp: 200_000 };

const CALLS = 20;
const DASHBOARD = '/api/analytics/dashboard?timeZone=Asia/Jakarta';
const LOG = '/api/analytics/logs/activity?limit=100';
const DAY_MS = 86_400_000;

type Server = Awaited<ReturnType<typeof startSeededWaverify>>;
type Sample = { readonly ms: number; readonly cpuMicros: number | undefined };

/** Analytics must not become slower with more logged rows, nor a page with more pages before it. */
export const analyticsAtAMillion: Figure = {
  name: 'analytics-at-a-million',
  async measure(bench) {
    const small = await startSeededWaverify(bench, SMALL);
    const large = await startSeededWaverify(bench, LARGE);
    // The last page: the first of the thirty days.
    const lastDay = new Date(Date.now() - 29.9 * DAY_MS).toISOString();
    const lastPage = `${LOG}&to=${encodeURIComponent(lastDay)}`;
    const samples = await runInTurn(
      bench,
      {
        small: () => measure(small, DASHBOARD),
        large: () => measure(large, DASHBOARD),
        first: () => measure(large, LOG),
        last: () => measure(large, lastPage),
      },
      { warmUps: 2, rounds: 9 },
    );
    return [
      toRow('dashboard, 1,000,000 rows / 10,000', samples.large, samples.small, 2),
      toRow('log page, the last / the first of 10,000', samples.last, samples.first, 1.5),
    ];
  },
};

async function measure({ server, headers }: Server, path: string): Promise<Sample> {
  const startedAt = performance.now();
  const { cpuMicros } = await withCpuTime(server.pid, async () => {
    for (let call = 0; call < CALLS; call += 1) {
      await callJson(`${server.origin}${path}`, { method: 'GET', headers });
    }
  });
  return {
    ms: (performance.now() - startedAt) / CALLS,
    cpuMicros: cpuMicros === undefined ? undefined : cpuMicros / CALLS,
  };
}

function toRow(
  figure: string,
  ours: readonly Sample[],
  other: readonly Sample[],
  atMost: number,
): Row {
  const [, ourName = '', otherName = ''] = /, (.*) \/ (.*)/.exec(figure) ?? [];
  return {
    figure,
    unit: 'ms',
    ours: describe(ours, ourName),
    other: describe(other, otherName),
    goal: { atMost },
  };
}

function describe(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ ms }) => ms),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
