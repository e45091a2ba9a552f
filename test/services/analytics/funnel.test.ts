import { afterAll, beforeAll, expect, it } from 'vitest';
import { quantile } from '../../../src/domain/analytics/funnel-stats.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { countsOf, OPERATOR, OWNER, openAnalytics } from '../../support/analytics-fixture.ts';
import { type Code, createHistory } from '../../support/database/history.ts';
import { onOneDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOON = new Date('2026-03-10T12:00:00.000Z');
const ago = (seconds: number) => addSeconds(NOON, -seconds);

const NO_COUNTS = {
  ...{ asked: 0, sent: 0, delivered: 0, read: 0, verified: 0, failed: 0, expired: 0 },
  ...{ messages: 0, messageFailures: 0, limitHits: 0 },
};

/** One history for all databases: what is told of it must be the same everywhere. */
const codes: readonly Code[] = [
  { at: ago(60), delivered: 2, read: 5, verified: 20 },
  { at: ago(70), delivered: 3, verified: 40 },
  { at: ago(80), delivered: 1, expired: 30 },
  { at: ago(90), channel: 'http', sessionId: 'second', region: 'MY' },
  { at: ago(100), isFailed: true, region: 'MY' },
  // Read without a receipt of delivery before.
  { at: ago(3700), read: 9, verified: 10 },
  { at: ago(86_400), delivered: 2, verified: 12 },
  { at: ago(60), accountId: 'shop', sessionId: 'shop~main', delivered: 1, verified: 5 },
  { at: ago(60), channel: 'test', verified: 5 },
];

const range = { from: ago(7200), to: NOON, timeZone: 'UTC' };
const any = { channel: undefined, sessionId: undefined, region: undefined, accountId: undefined };

onOneDatabase('the funnel on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let analytics: ReturnType<typeof openAnalytics>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const history = createHistory(migrated.database);
    for (const code of codes) await history.addVerification(code);
    await history.addMessage(ago(50), 'success');
    await history.addMessage(ago(50), 'error');
    await history.addMessage(ago(90_000), 'success');
    await history.addLimitHit(ago(10));
    analytics = openAnalytics(migrated.database, addSeconds(NOON, 600));
    while ((await analytics.countDue(3)) > 0);
    analytics.clock.now = NOON;
  });
  afterAll(() => migrated.close());

  const read = (query: Partial<Parameters<typeof analytics.readFunnel>[1]> = {}) =>
    analytics.readFunnel(OWNER, { ...any, ...range, by: undefined, ...query });

  /** The parts that something was counted in, with the counts that are not zero. */
  async function parts(query: Parameters<typeof read>[0]) {
    const { groups } = await read(query);
    return groups.flatMap(({ value, figures }) => {
      const counts = Object.entries(countsOf(figures)).filter(([, count]) => count > 0);
      const name = value instanceof Date ? value.toISOString() : value;
      return counts.length === 0 ? [] : [[name, Object.fromEntries(counts)]];
    });
  }

  it('tells what became of the codes of a range, in its own account', async () => {
    const { total } = await read();
    expect(countsOf(total)).toEqual({
      ...{ asked: 6, sent: 5, delivered: 4, read: 2, verified: 3, failed: 1, expired: 1 },
      ...{ messages: 1, messageFailures: 1, limitHits: 1 },
    });
    expect([quantile(total.deliveredIn, 0.5), quantile(total.deliveredIn, 0.95)]).toEqual([
      2000, 10_651,
    ]);
    expect([quantile(total.verifiedIn, 0.5), quantile(total.verifiedIn, 0.95)]).toEqual([
      19_314, 43_267,
    ]);
  });

  it('tells the parts by channel, session and region, and filters by them', async () => {
    const whatsapp = { asked: 4, sent: 4, delivered: 4, read: 2, verified: 3, expired: 1 };
    const talk = { messages: 1, messageFailures: 1 };
    expect(await parts({ by: 'channel' })).toEqual([
      ['', { asked: 1, failed: 1 }],
      ['http', { asked: 1, sent: 1 }],
      ['whatsapp', { ...whatsapp, ...talk }],
    ]);
    expect(await parts({ by: 'session' })).toEqual([
      ['main', { ...whatsapp, asked: 5, failed: 1, ...talk }],
      ['second', { asked: 1, sent: 1 }],
    ]);
    expect(await parts({ by: 'region' })).toEqual([
      ['ID', whatsapp],
      ['MY', { asked: 2, sent: 1, failed: 1 }],
    ]);
    const { total } = await read({ region: 'MY', channel: 'http' });
    expect(countsOf(total)).toEqual({ ...NO_COUNTS, asked: 1, sent: 1 });
  });

  it('tells every hour, also the empty ones, and the days of a time zone', async () => {
    const { groups, total } = await read({ by: 'hour' });
    expect(groups.map(({ value }) => value)).toEqual([
      new Date('2026-03-10T10:00:00.000Z'),
      new Date('2026-03-10T11:00:00.000Z'),
    ]);
    expect(total.asked).toBe(6);
    expect((await parts({ by: 'hour' })).map(([name]) => name)).toEqual([
      '2026-03-10T10:00:00.000Z',
      '2026-03-10T11:00:00.000Z',
    ]);
    const days = { by: 'day', from: ago(172_800), timeZone: 'Asia/Kathmandu' } as const;
    const asked = (await parts(days)).map(([name, counts]) => [
      name,
      (counts as { asked: number }).asked,
    ]);
    // Midnight there is 18:15 in UTC.
    expect(asked).toEqual([
      ['2026-03-08T18:15:00.000Z', 1],
      ['2026-03-09T18:15:00.000Z', 6],
    ]);
  });

  it('gives days of daylight saving 23 and 25 hours', async () => {
    const inBerlin = (from: string, to: string) =>
      read({ by: 'hour', from: new Date(from), to: new Date(to), timeZone: 'Europe/Berlin' });
    const spring = await inBerlin('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z');
    const autumn = await inBerlin('2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z');
    expect([spring.groups.length, autumn.groups.length]).toEqual([23, 25]);
  });

  it('takes a quarter of an hour as the smallest time, and its days in the zone that is asked', async () => {
    const { from, to } = await read({ from: ago(61), to: ago(59) });
    expect([from, to]).toEqual([new Date('2026-03-10T11:45:00.000Z'), NOON]);
    const today = await read({ from: undefined, to: undefined, timeZone: 'Asia/Jakarta' });
    expect(today.from).toEqual(new Date('2026-03-09T17:00:00.000Z'));
  });

  it.each([
    ['that ends before it begins', { from: NOON, to: ago(1) }, undefined],
    ['of more than 366 days', { from: ago(367 * 86_400), to: NOON }, undefined],
    ['of more than 31 days by the hour', { from: ago(32 * 86_400), to: NOON }, 'hour'],
  ] as const)('refuses a range %s', async (_, bounds, by) => {
    await expect(read({ ...bounds, by })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('shows an operator all accounts, or the one that is named, and others only their own', async () => {
    const all = await analytics.readFunnel(OPERATOR, { ...any, ...range, by: undefined });
    expect(all.total.asked).toBe(7);
    const named = { ...any, ...range, by: undefined, accountId: 'shop' };
    expect((await analytics.readFunnel(OPERATOR, named)).total.verified).toBe(1);
    expect((await read({ accountId: OWNER.accountId })).total.asked).toBe(6);
    expect((await read({ accountId: 'shop' })).total.asked).toBe(0);
  });

  it('counts all that ever was, and today, on the dashboard', async () => {
    const { ever, today, byChannel, bySession } = await analytics.readDashboard(OWNER, 'UTC');
    expect(countsOf(ever)).toMatchObject({ asked: 7, sent: 6, verified: 4, messages: 2 });
    expect(countsOf(today)).toMatchObject({ asked: 6, sent: 5, verified: 3, messages: 1 });
    expect(byChannel.map(({ value }) => value)).toEqual(['', 'http', 'whatsapp']);
    expect(bySession.map(({ value }) => value)).toEqual(['main', 'second']);
  });

  it('is not for a key that is held to a part of its account', async () => {
    const held = { ...OWNER, restrictions: { sessions: ['main'] } };
    await expect(analytics.readDashboard(held, 'UTC')).rejects.toMatchObject({ code: 'forbidden' });
  });
});
