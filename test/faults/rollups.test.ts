import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/lib/time/clock.ts';
import { createRollupSourceStore } from '../../src/storage/analytics/rollup-source-store.ts';
import { countsOf, countTables, OWNER, openAnalytics } from '../support/analytics-fixture.ts';
import { createTestDatabase } from '../support/database/databases.ts';
import { onOneDatabase } from '../support/database/lanes.ts';
import { open } from '../support/database/migrated-database.ts';
import { isFull } from '../support/full-run.ts';
import { type Gateway, startGateway } from '../support/http/gateway.ts';
import { createPhoneNumbers } from '../support/phone-numbers.ts';
import { type ServerProcess, startServerProcess } from '../support/process/server-process.ts';
import { waitFor } from '../support/wait-for.ts';

const KILLS = isFull ? 3 : 1;
const PEOPLE_AT_ONCE = 16;

/** What a process has counted, at least, when it is killed. */
const LEAST_VERIFIED = 20;

/** The job that counts begins at each of these moments of the clock. */
const EVERY_MS = 5000;

const NO_LIMITS = {
  LIMIT_SENDS_PER_PREFIX_HOUR: '0',
  LIMIT_SENDS_PER_KEY_HOUR: '0',
  LIMIT_SENDS_PER_REGION_HOUR: '0',
  OTP_HASH_CONCURRENCY: '16',
};

const nextNumber = createPhoneNumbers();

/** Sends and verifies without end, until the process is dead; tells of each number verified. */
async function goOn(node: ServerProcess, gateway: Gateway, onVerified: () => void): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const phoneNumber = nextNumber();
    const sent = await node.client.post('/api/otp/send', { phoneNumber }).catch(() => undefined);
    if (!sent) return;
    if (turn % 3 === 0) continue;
    const otp = gateway.codeFor(phoneNumber);
    const answer = await node.client
      .post('/api/otp/verify', { phoneNumber, otp })
      .catch(() => undefined);
    if (!answer) return;
    onVerified();
  }
}

onOneDatabase('roll-ups of a process that is killed (%s)', (dialect) => {
  it('equal the tables after the restart, and nothing is counted twice', {
    timeout: 120_000,
  }, async () => {
    const testDatabase = await createTestDatabase(dialect);
    const gateway = await startGateway();
    const places = { databaseUrl: testDatabase.url, gatewayUrl: gateway.url, env: NO_LIMITS };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const node = await startServerProcess(places);
      let verified = 0;
      const traffic = Array.from({ length: PEOPLE_AT_ONCE }, () =>
        goOn(node, gateway, () => {
          verified += 1;
        }),
      );
      await waitFor(
        async () => verified >= LEAST_VERIFIED || undefined,
        'the traffic to flow',
        30_000,
      );
      // Into the counting: it has begun when this comes, and has much to do.
      await pause(EVERY_MS - (Date.now() % EVERY_MS) + 15 + 20 * kill);
      await node.stop('SIGKILL');
      await Promise.all(traffic);
    }
    const node = await startServerProcess(places);
    const database = await open(testDatabase);
    const rollupSources = createRollupSourceStore(database);
    await waitFor(
      async () =>
        (await rollupSources.listDueVerifications(systemClock(), 1)).length === 0 || undefined,
      'everything to be counted',
      30_000,
    );
    const { ever } = await openAnalytics(database, systemClock()).readDashboard(OWNER, 'UTC');
    // A verification whose send was cut off is counted when it expires.
    const isSettled = `("channel" IS NOT NULL OR "status" <> 'sent')`;
    expect(countsOf(ever)).toEqual(await countTables(database, isSettled));
    expect(ever.verified).toBeGreaterThanOrEqual(KILLS * LEAST_VERIFIED);
    await database.close();
    await node.stop();
    await gateway.close();
    await testDatabase.drop();
  });
});
