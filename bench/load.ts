import { Pool } from 'undici';
import { readCpuMicros } from './cpu-time.ts';
import type { Reading } from './report.ts';
import { median, quantile } from './statistics.ts';
import type { RunningServer } from './support/server-keeper.ts';

/** The longest load: a server that is this slow, or hangs, is an error and not a measurement. */
const LONGEST_LOAD_MS = 120_000;
const LONGEST_CALL_MS = 30_000;

/** One POST of a JSON body. */
export type Call = {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Load = {
  readonly calls: readonly Call[];
  readonly connections: number;
  readonly expectedStatus: number;
};

export type LoadResult = {
  readonly seconds: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly cpuMicrosPerCall: number | undefined;
};

/**
 * Makes all calls over kept-alive connections, one call at a time on each.
 * @throws at the first response with another status: wrong responses must not count as fast.
 */
export async function driveLoad(server: RunningServer, load: Load): Promise<LoadResult> {
  const { calls, connections, expectedStatus } = load;
  const requests = calls.map(({ path, headers, body }) => ({
    path,
    method: 'POST' as const,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }));
  const pool = new Pool(server.origin, { connections, headersTimeout: LONGEST_CALL_MS });
  const latenciesMs: number[] = [];
  const cpuBefore = await readCpuMicros(server.pid);
  const startedAt = performance.now();

  async function drainQueue(): Promise<void> {
    for (let next = requests.shift(); next; next = requests.shift()) {
      const askedAt = performance.now();
      if (askedAt - startedAt > LONGEST_LOAD_MS) throw new Error(`${server.name} is too slow`);
      const { statusCode, body } = await pool.request(next);
      const text = await body.text();
      latenciesMs.push(performance.now() - askedAt);
      if (statusCode !== expectedStatus) {
        const story = `answered ${statusCode} instead of ${expectedStatus}: ${text.slice(0, 300)}`;
        throw new Error(`${server.name} ${next.path} ${story}`);
      }
    }
  }

  try {
    await Promise.all(Array.from({ length: connections }, drainQueue));
  } finally {
    await pool.destroy();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = await readCpuMicros(server.pid);
  const isCpuKnown = cpuBefore !== undefined && cpuAfter !== undefined;
  return {
    seconds,
    medianMs: median(latenciesMs),
    p99Ms: quantile(latenciesMs, 0.99),
    cpuMicrosPerCall: isCpuKnown ? (cpuAfter - cpuBefore) / calls.length : undefined,
  };
}

/** The 99th percentiles of loads, one per round. */
export function describeP99(loads: readonly LoadResult[], of: string): Reading {
  return {
    of,
    values: loads.map(({ p99Ms }) => p99Ms),
    cpuMicros: loads.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall),
  };
}
