import type { Bench } from '../bench.ts';
import { driveLoad, type LoadResult } from '../load.ts';
import type { Reading } from '../report.ts';
import type { OtpServer } from './otp-server.ts';

type PairLoad = { readonly pairs: number; readonly connections: number };

type Sample = { readonly pairsPerSecond: number; readonly cpuMicros: number | undefined };

/**
 * Sends and verifies a code for each number. Each server gets its share of the numbers and of the connections. Fetching
 * the codes in between does not count.
 */
export async function measurePairs(
  { phoneNumbers, sink }: Bench,
  contenders: readonly OtpServer[],
  load: PairLoad,
): Promise<Sample> {
  const connections = load.connections / contenders.length;
  const work = contenders.map((contender) => ({
    contender,
    numbers: phoneNumbers.draw(load.pairs / contenders.length),
  }));
  const startedAt = performance.now();
  const sends = await Promise.all(
    work.map(({ contender: { server, buildSend }, numbers }) =>
      driveLoad(server, { calls: numbers.map(buildSend), connections, expectedStatus: 200 }),
    ),
  );
  const sentAt = performance.now();
  const codes = await sink.takeAll();
  const fetchedAt = performance.now();
  const verifies = await Promise.all(
    work.map(({ contender: { server, buildVerify }, numbers }) => {
      const calls = numbers.map((number) => buildVerify(number, codes.get(number) ?? ''));
      return driveLoad(server, { calls, connections, expectedStatus: 200 });
    }),
  );
  const seconds = (sentAt - startedAt + performance.now() - fetchedAt) / 1000;
  return { pairsPerSecond: load.pairs / seconds, cpuMicros: meanCpu([...sends, ...verifies]) };
}

function meanCpu(loads: readonly LoadResult[]): number | undefined {
  const known = loads.flatMap(({ cpuMicrosPerCall }) => cpuMicrosPerCall ?? []);
  if (known.length < loads.length) return undefined;
  return known.reduce((sum, micros) => sum + micros, 0) / known.length;
}

export function describePairs(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ pairsPerSecond }) => pairsPerSecond),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
