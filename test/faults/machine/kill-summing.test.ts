import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { emptyCounts } from '../../../src/domain/analytics/funnel-stats.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createRollupStore } from '../../../src/storage/analytics/rollup-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { createTestDatabase } from '../../support/database/databases.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import { migrateAndOpen } from '../../support/database/migrated-database.ts';
import { killsOf } from '../../support/full-run.ts';
import { startGateway } from '../../support/http/gateway.ts';
import { createFakeClock, hasFakeClock } from '../../support/process/fake-clock.ts';
import { startServerProcess } from '../../support/process/server-process.ts';
import { waitFor } from '../../support/wait-for.ts';

const DAY = 86_400;
const QUARTER = 900;
const DAYS = 10;
const CHANNELS = ['http', 'whatsapp'];

/** The daily job begins then, in UTC. */
const JOB_HOUR = 2;

/** A start takes less, even on a busy machine. */
const BEFORE_SECONDS = 30;

/** A busy machine sums up ten days, with 96 quarters each, in less. */
const WAIT_MS = 150_000;

/** Until the daily job of a process begins whose clock is set to a moment before it. */
function secondsUntilJob(): number {
  const now = Date.now() / 1000;
  return DAY - (now % DAY) + JOB_HOUR * 3600 - BEFORE_SECONDS;
}

onOneDatabase('days that a process sums up while it is killed (%s)', (dialect) => {
  it.skipIf(!hasFakeClock)(
    'have the same sums, and each count once',
    { timeout: 300_000 },
    async () => {
      const testDatabase = await createTestDatabase(dialect);
      const { database, close } = await migrateAndOpen(testDatabase);
      const gateway = await startGateway();
      const from = addSeconds(
        new Date(Math.floor(Date.now() / 1000 / DAY) * DAY * 1000),
        -130 * DAY,
      );
      const expected = await writeQuarters(database, from);
      const clock = createFakeClock(testDatabase.statePath);
      const env = { ...clock.env, STATE_PATH: testDatabase.statePath };
      let night = 0;
      /** Starts a process before the job of the next night, when the lease of a dead one is over. */
      const start = () => {
        clock.set(Math.round(secondsUntilJob()) + night * DAY);
        night += 1;
        return startServerProcess({ databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env });
      };
      let left = await countQuarters(database);
      for (let kill = 0; kill < killsOf(6); kill += 1) {
        const node = await start();
        const before = left;
        await waitFor(
          async () => ((await countQuarters(database)) < before ? true : undefined),
          'the job to begin',
          WAIT_MS,
        );
        await pause(50 + 37 * kill);
        await node.stop('SIGKILL');
        left = await countQuarters(database);
        expect(left).toBeGreaterThan(0);
        expect(await sumByDay(database)).toEqual(expected);
      }
      const node = await start();
      await waitFor(
        async () => ((await countQuarters(database)) === 0 ? true : undefined),
        'all days to be summed up',
        WAIT_MS,
      );
      expect(await node.stop('SIGTERM')).toBe(0);
      expect(await sumByDay(database)).toEqual(expected);
      await gateway.close();
      await close();
    },
  );
});

/** Each quarter of each day has another count. Returns the sums, as `sumByDay` does. */
async function writeQuarters(database: Database, from: Date): Promise<Record<string, number>> {
  const rollups = createRollupStore(database);
  const sums: Record<string, number> = {};
  for (let n = 0; n < DAYS * 96; n += 1) {
    const startsAt = addSeconds(from, n * QUARTER);
    const increments = CHANNELS.map((channel, index) => {
      const sent = 1 + ((n * 7 + index) % 13);
      const name = `${startsAt.toISOString().slice(0, 10)} ${channel}`;
      sums[name] = (sums[name] ?? 0) + sent;
      const scope = { accountId: 'default', channel, sessionId: '', region: '' };
      const ref = { ...scope, level: 'channel', span: 'quarter', startsAt } as const;
      return { ref, figures: { ...emptyCounts, sent } };
    });
    await rollups.add(increments, [], from);
  }
  return sums;
}

async function countQuarters(database: Database): Promise<number> {
  const [row] = await database.statements.select(
    `SELECT COUNT(*) AS "quarters" FROM "rollups" WHERE "span" = 'quarter'`,
    [],
  );
  return Number(row?.['quarters']);
}

/** The codes that were sent, by day and channel, whether they are stored by day or by quarter. */
async function sumByDay(database: Database): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  const rows = await database.models.Rollup.findAll({ where: { level: 'channel' } });
  for (const { startsAt, channel, sent } of rows) {
    const name = `${startsAt.toISOString().slice(0, 10)} ${channel}`;
    sums[name] = (sums[name] ?? 0) + sent;
  }
  return sums;
}
