import { createTestDatabase, serverDialects } from '../../test/support/database/databases.ts';
import type { Bench, Figure } from '../bench.ts';
import type { OtpServer } from '../contenders/otp-server.ts';
import { startWaverify } from '../contenders/waverify.ts';
import { driveLoad, type LoadResult } from '../load.ts';
import type { Reading, Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { CHEAP_HASH } from './pairs-over-better-auth.ts';

const PAIRS = 400;
const CONNECTIONS = 32;
const NAMES = { mysql: 'MySQL or MariaDB', postgres: 'PostgreSQL' };

type Sample = { readonly pairsPerSecond: number; readonly cpuMicros: number | undefined };
type ServerName = keyof typeof NAMES;

/** Send and verify on a database server, by one process and by two. */
export const pairsOnServers: Figure = {
  name: 'pairs-on-servers',
  async measure(bench) {
    const rows: Row[] = [];
    for (const dialect of serverDialects) rows.push(...(await measureOn(bench, dialect)));
    return rows;
  },
};

async function measureOn(bench: Bench, dialect: ServerName): Promise<readonly Row[]> {
  const database = await createTestDatabase(dialect);
  const settings = { ...CHEAP_HASH, DATABASE_URL: database.url, SECRET_KEY: 'f'.repeat(64) };
  const file = await startWaverify(bench, CHEAP_HASH);
  const first = await startWaverify(bench, settings);
  const second = await startWaverify(bench, settings);
  try {
    const { one, two, sqlite } = await runInTurn(
      bench,
      {
        one: () => measurePairs(bench, [first]),
        two: () => measurePairs(bench, [first, second]),
        sqlite: () => measurePairs(bench, [file]),
      },
      { warmUps: 2, rounds: 5 },
    );
    const name = NAMES[dialect];
    const ours = describe(one, `send and verify on ${name}, ${CONNECTIONS} connections, 1 MiB`);
    return [
      {
        figure: `pairs on ${name} / on SQLite`,
        unit: 'pairs/s',
        ours,
        other: describe(sqlite, 'the same on an SQLite file'),
      },
      {
        figure: `two processes on one ${name} / one process`,
        unit: 'pairs/s',
        ours: describe(two, 'half of the calls to each of two processes'),
        other: ours,
        ...(dialect === 'postgres' && { goal: { atLeast: 1.6 } }),
      },
    ];
  } finally {
    for (const { server } of [file, first, second]) await server.stop();
    await database.drop();
  }
}

/** Each server gets its share of the numbers and of the connections. */
async function measurePairs(
  { phoneNumbers, sink }: Bench,
  contenders: readonly OtpServer[],
): Promise<Sample> {
  const connections = CONNECTIONS / contenders.length;
  const work = contenders.map((contender) => ({
    contender,
    numbers: phoneNumbers.draw(PAIRS / contenders.length),
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
  return { pairsPerSecond: PAIRS / seconds, cpuMicros: meanCpu([...sends, ...verifies]) };
}

function meanCpu(loads: readonly LoadResult[]): number | undefined {
  const known = loads.flatMap(({ cpuMicrosPerCall }) => cpuMicrosPerCall ?? []);
  if (known.length < loads.length) return undefined;
  return known.reduce((sum, micros) => sum + micros, 0) / known.length;
}

function describe(samples: readonly Sample[], of: string): Reading {
  return {
    of,
    values: samples.map(({ pairsPerSecond }) => pairsPerSecond),
    cpuMicros: samples.map(({ cpuMicros }) => cpuMicros),
  };
}
