import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeHistory } from '../../../scripts/seed/write-history.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createActivityStore } from '../../../src/storage/activity/activity-store.ts';
import { createRollupSourceStore } from '../../../src/storage/analytics/rollup-source-store.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { createVerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');
const BATCH = 20;
const AMOUNT = { activities: 6000, codes: 6000, expiring: 2000, now: NOON };

/** The activities that count, and the codes, are still to be counted at first. */
onEveryDatabase('tidying on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let watched: ReturnType<typeof watchReads>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    await writeHistory(migrated.database, AMOUNT);
    await lookAtTables(migrated.database, ['activity_logs', 'otp_logs']);
    watched = watchReads(migrated.database);
  }, 120_000);
  afterAll(() => migrated.close());

  async function markAsCounted(share: string): Promise<void> {
    for (const table of ['activity_logs', 'otp_logs']) {
      await migrated.database.statements.change(
        `UPDATE "${table}" SET "countDue" = NULL WHERE ${share}`,
        [],
      );
    }
    await lookAtTables(migrated.database, ['activity_logs', 'otp_logs']);
  }

  async function expectNoFault(read: Promise<unknown>): Promise<void> {
    await read;
    const faults: Row[] = await watched.findFaults();
    expect(faults).toEqual([]);
  }

  it('finds by an index what is to be counted', async () => {
    const rollupSources = createRollupSourceStore(watched.database);
    await expectNoFault(rollupSources.listDueActivities(NOON, BATCH));
    await expectNoFault(rollupSources.listDueVerifications(NOON, BATCH));
  });

  it.each([
    ['while half is counted', '"id" % 2 = 0'],
    ['when all is counted', '"countDue" IS NOT NULL'],
  ])('finds by an index what is to be pruned, %s', async (_, share) => {
    await markAsCounted(share);
    const before = addSeconds(NOON, -86_400);
    await expectNoFault(createActivityStore(watched.database).prune(before, BATCH));
    await expectNoFault(createVerificationStore(watched.database).prune(before, BATCH));
    const rollupSources = createRollupSourceStore(watched.database);
    await expectNoFault(rollupSources.findOldest('activity_logs'));
    await expectNoFault(rollupSources.findOldest('otp_logs'));
  });

  it('finds by an index what is over', async () => {
    await expectNoFault(
      createVerificationStore(watched.database).expireDue(addSeconds(NOON, 600), BATCH),
    );
  });
});
