import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyCounts } from '../../../src/domain/analytics/funnel-stats.ts';
import type { RollupRef } from '../../../src/domain/analytics/rollup.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createRollupStore,
  type RollupStore,
} from '../../../src/storage/analytics/rollup-store.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const START = new Date('2026-03-01T00:00:00.000Z');
const QUARTER = 900;
const QUARTERS = 400;
const ACCOUNTS = ['default', 'second', 'third'];

function refOf(accountId: string, quarter: number, part?: string): RollupRef {
  return {
    level: part === undefined ? 'account' : 'channel',
    span: 'quarter',
    startsAt: addSeconds(START, quarter * QUARTER),
    ...{ accountId, channel: part ?? '', sessionId: '', region: '' },
  };
}

onEveryDatabase('the roll-up store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: RollupStore;
  let findWalks: () => Promise<Row[]>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const { database } = migrated;
    const watched = watchReads(database);
    findWalks = watched.findWalks;
    store = createRollupStore(watched.database);
    const asked = { ...emptyCounts, asked: 1 };
    for (const accountId of ACCOUNTS) {
      const refs = Array.from({ length: QUARTERS }, (_, quarter) => [
        refOf(accountId, quarter),
        refOf(accountId, quarter, 'whatsapp'),
      ]).flat();
      const increments = refs.map((ref) => ({ ref, figures: asked }));
      expect(await store.add(increments, [], START)).toBe(true);
    }
    await lookAtTables(database, ['rollups']);
  }, 120_000);
  afterAll(() => migrated.close());

  const day = (accountId?: string) => ({
    level: 'account' as const,
    accountId,
    from: addSeconds(START, 100 * QUARTER),
    to: addSeconds(START, 196 * QUARTER),
  });

  it('reads a day of an account, and of all, by an index', async () => {
    expect((await store.sum(day('second'))).asked).toBe(96);
    expect(await findWalks()).toEqual([]);
    expect((await store.sum(day())).asked).toBe(3 * 96);
    expect(await findWalks()).toEqual([]);
    expect(await store.sumByQuarter(day('third'))).toHaveLength(96);
    expect(await findWalks()).toEqual([]);
    const parts = await store.sumBy('channel', { ...day('default'), level: 'channel' });
    expect(parts.map(({ value, figures }) => [value, figures.asked])).toEqual([['whatsapp', 96]]);
    expect(await findWalks()).toEqual([]);
  });

  it('would see that the table is walked', async () => {
    const watched = watchReads(migrated.database);
    findWalks = watched.findWalks;
    await watched.database.statements.select('SELECT SUM("sent") AS "x" FROM "rollups"', []);
    expect(await findWalks()).not.toEqual([]);
  });

  it('adds nothing when a mark is not met, and leaves the rows as they were', async () => {
    const ref = refOf('default', 3);
    const before = await store.sum(day('default'));
    const mark = {
      sql: 'UPDATE "rollups" SET "sent" = "sent" + 1 WHERE "rollupKey" = $1',
      values: ['of no row'],
      expectedRows: 1,
    };
    expect(await store.add([{ ref, figures: { ...emptyCounts, asked: 5 } }], [mark], START)).toBe(
      false,
    );
    expect(await store.sum(day('default'))).toEqual(before);
  });

  it('counts once for each of 40 callers at the same moment', async () => {
    const ref = refOf('fourth', 1);
    const one = [{ ref, figures: { ...emptyCounts, sent: 1 } }];
    const added = await Promise.all(Array.from({ length: 40 }, () => store.add(one, [], START)));
    expect(added).toEqual(added.map(() => true));
    const filter = { level: 'account', accountId: 'fourth', from: START, to: day().to } as const;
    expect((await store.sum(filter)).sent).toBe(40);
  });
});
