import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { countsOf, countTables, OWNER, openAnalytics } from '../../support/analytics-fixture.ts';
import { type Code, createHistory } from '../../support/database/history.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';

const DAY = 86_400;
const START = new Date('2026-03-10T00:00:00.000Z');
const END_OF_ALL = new Date('2026-04-01T00:00:00.000Z');

/** Different ends, over two days. */
function generateCodes(count: number): Code[] {
  const ends: readonly Partial<Code>[] = [
    { delivered: 2, read: 4, verified: 9 },
    { delivered: 3, expired: 60 },
    { isFailed: true },
    { verified: 30 },
    {},
  ];
  return Array.from({ length: count }, (_, index) => ({
    at: addSeconds(START, index * 2000),
    ...(index % 3 === 0 && { sessionId: 'second' }),
    ...(index % 4 === 0 && { channel: 'http', region: 'MY' }),
    ...ends[index % ends.length],
  }));
}

onEveryDatabase('counting on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;
  let history: ReturnType<typeof createHistory>;
  const open = () => openAnalytics(migrated.database, END_OF_ALL);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    history = createHistory(migrated.database);
  });
  afterAll(() => migrated.close());

  async function countAll(): Promise<void> {
    const analytics = open();
    while (await analytics.isAnythingDue()) await analytics.countDue(50);
  }

  const readEver = async () => countsOf((await open().readDashboard(OWNER, 'UTC')).ever);

  async function readAll() {
    const range = { from: addSeconds(START, -DAY), to: END_OF_ALL, timeZone: 'UTC' };
    const any = { channel: undefined, sessionId: undefined, region: undefined };
    const query = { ...range, ...any, accountId: undefined };
    return {
      ever: (await open().readDashboard(OWNER, 'UTC')).ever,
      days: await open().readFunnel(OWNER, { ...query, by: 'day' }),
      regions: await open().readFunnel(OWNER, { ...query, by: 'region' }),
      sessions: await open().readFunnel(OWNER, { ...query, by: 'session' }),
    };
  }

  it('is exact while events happen and two processes count at once', async () => {
    let isOver = false;
    async function goOnCounting() {
      const analytics = open();
      while (!isOver) await analytics.countDue(7);
    }
    const counters = [goOnCounting(), goOnCounting()];
    await Promise.all(generateCodes(60).map((code) => history.addVerification(code)));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        history.addMessage(START, i % 4 === 0 ? 'error' : 'success'),
      ),
    );
    await history.addLimitHit(START);
    isOver = true;
    await Promise.all(counters);
    await countAll();
    const counted = await readEver();
    expect(counted).toEqual(await countTables(migrated.database));
    expect(counted).toMatchObject({ asked: 60, sent: 48, failed: 12, verified: 24, messages: 15 });
  });

  itOnOne('waits for the channel of a code that ended before its answer came', async () => {
    const before = await readEver();
    const at = addSeconds(END_OF_ALL, -10);
    const verification = newVerification(at, { region: 'SG' });
    await history.verifications.open(verification, at);
    await history.verifications.open(
      { ...newVerification(at), phoneNumber: verification.phoneNumber },
      at,
    );
    await countAll();
    expect(await readEver()).toEqual(before);
    const sent = { channel: 'http', messageId: 'late', sessionId: undefined };
    await history.verifications.markSent(verification.verificationId, sent, at);
    await countAll();
    expect(await readEver()).toEqual({
      ...before,
      ...{ asked: before.asked + 1, sent: before.sent + 1, expired: before.expired + 1 },
    });
    const any = { sessionId: undefined, accountId: undefined, channel: undefined };
    const range = { from: addSeconds(at, -900), to: END_OF_ALL, timeZone: 'UTC' };
    const there = { ...any, ...range, region: 'SG', by: 'channel' } as const;
    const { groups } = await open().readFunnel(OWNER, there);
    expect(groups.map(({ value }) => value)).toEqual(['http']);
  });

  itOnOne('tells the same after everything was pruned', async () => {
    await countAll();
    const before = await readAll();
    const { verifications, deliveries, activities } = history;
    const until = addSeconds(START, DAY);
    for (const store of [verifications, deliveries, activities]) {
      while ((await store.prune(until, 50)) > 0);
    }
    expect((await countTables(migrated.database))['asked']).toBeLessThan(before.ever.asked);
    expect(await readAll()).toEqual(before);
  });

  itOnOne('is rebuilt to the same by the command, from what the logs still hold', async () => {
    const before = await readAll();
    const { statements } = migrated.database;
    await statements.change(
      `UPDATE "rollups" SET "sent" = "sent" + 7, "verified" = 0, "deliveredIn03" = 99
       WHERE "span" = 'ever' OR "startsAt" >= $1`,
      // What is older than the oldest row that may be pruned, and its quarter, stays as it was counted.
      [addSeconds(START, DAY + 4500)],
    );
    expect(await readAll()).not.toEqual(before);
    expect(await open().recountEvents()).toMatchObject({ activity_logs: 0 });
    expect(await readAll()).toEqual(before);
    expect(await open().isAnythingDue()).toBe(false);
  });

  it('is not rebuilt, and nothing is changed, when another process counts meanwhile', async () => {
    const before = await readAll();
    const analytics = open();
    const recounting = analytics.recountEvents();
    // Two minutes later, for whoever looks at the lease then.
    const later = openAnalytics(migrated.database, addSeconds(END_OF_ALL, 121));
    await Promise.allSettled([recounting, later.recountEvents()]);
    expect(await readAll()).toEqual(before);
  });
});
