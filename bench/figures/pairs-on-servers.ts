import { createTestDatabase, serverDialects } from '../../test/support/database/databases.ts';
import type { Bench, Figure } from '../bench.ts';
import { describePairs, measurePairs } from '../contenders/pairs.ts';
import { startWaverify } from '../contenders/waverify.ts';
import type { Row } from '../report.ts';
import { runInTurn } from '../rounds.ts';
import { CHEAP_HASH } from './pairs-over-better-auth.ts';

const LOAD = { pairs: 400, connections: 32 };
const NAMES = { mysql: 'MySQL or MariaDB', postgres: 'PostgreSQL' };

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
        one: () => measurePairs(bench, [first], LOAD),
        two: () => measurePairs(bench, [first, second], LOAD),
        sqlite: () => measurePairs(bench, [file], LOAD),
      },
      { warmUps: 2, rounds: 5 },
    );
    const name = NAMES[dialect];
    const ours = describePairs(
      one,
      `send and verify on ${name}, ${LOAD.connections} connections, 1 MiB`,
    );
    return [
      {
        figure: `pairs on ${name} / on SQLite`,
        unit: 'pairs/s',
        ours,
        other: describePairs(sqlite, 'the same on an SQLite file'),
      },
      {
        figure: `two processes on one ${name} / one process`,
        unit: 'pairs/s',
        ours: describePairs(two, 'half of the calls to each of two processes'),
        other: ours,
        ...(dialect === 'postgres' && { goal: { atLeast: 1.6 } }),
      },
    ];
  } finally {
    for (const { server } of [file, first, second]) await server.stop();
    await database.drop();
  }
}
