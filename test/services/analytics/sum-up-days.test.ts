import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../../src/domain/analytics/rollup.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { COUNTING_LEASE, SUMMING_LEASE } from '../../../src/services/analytics/context.ts';
import type { Database } from '../../../src/storage/database.ts';
import { OPERATOR, OWNER, openAnalytics } from '../../support/analytics-fixture.ts';
import { createHistory } from '../../support/database/history.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

const NOW = new Date('2026-06-15T12:00:00.000Z');
const JAKARTA = 'Asia/Jakarta';
const NODE = { timeZone: JAKARTA, owner: 'node' };
const HOUR = 3600;

/** Of a lease that ends later, the clock has been set back, and it counts as expired. */
const LEASE_SECONDS = 120;
const DAY = 24 * HOUR;
/** The first quarter that stays: 17 March in Jakarta begins. */
const BOUNDARY = new Date('2026-03-16T17:00:00.000Z');

const daysAgo = (days: number) => addSeconds(NOW, -days * DAY);

function ask(by: 'channel' | 'session' | 'region' | 'day' | undefined, timeZone = JAKARTA) {
  const range = { from: new Date('2026-02-28T17:00:00.000Z'), to: NOW, timeZone };
  return { ...range, by, channel: undefined, sessionId: undefined, region: undefined };
}

/** A code every five hours from 100 to 80 days ago, of two accounts, and each with another end. */
async function writeHistory(database: Database): Promise<void> {
  const { addVerification, addMessage, addLimitHit } = createHistory(database);
  await database.models.Account.ensure('shop', NOW);
  for (let n = 0; n < 96; n += 1) {
    const at = addSeconds(daysAgo(100), n * 5 * HOUR);
    await addVerification({ at, ...codeAt(n) });
    if (n % 7 === 0) await addMessage(at, 'success');
    if (n % 9 === 0) await addLimitHit(at);
  }
}

function codeAt(n: number) {
  return {
    accountId: n % 4 === 0 ? 'shop' : 'default',
    channel: n % 3 === 0 ? 'http' : 'whatsapp',
    region: n % 5 === 0 ? 'SG' : 'ID',
    ...(n % 2 === 0 ? { delivered: 2, verified: 20 + n } : { expired: 300 }),
  };
}

async function countSpans(database: Database): Promise<Record<string, number>> {
  const rows = await database.statements.select(
    'SELECT "span", COUNT(*) AS "rows" FROM "rollups" GROUP BY "span"',
    [],
  );
  return Object.fromEntries(rows.map(({ span, rows: count }) => [String(span), Number(count)]));
}

onEveryDatabase('days that are summed up on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let database: Database;
  let analytics: ReturnType<typeof openAnalytics>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    database = migrated.database;
    analytics = openAnalytics(database, NOW);
    await writeHistory(database);
    analytics.clock.now = addSeconds(NOW, HOUR);
    while ((await analytics.countDue(200)) > 0);
    analytics.clock.now = NOW;
  }, 60_000);
  afterAll(() => migrated.close());

  async function readEverything() {
    const reads = (['channel', 'session', 'region', 'day', undefined] as const).flatMap((by) =>
      [undefined, 'default', 'shop'].map((accountId) =>
        analytics.readFunnel(OPERATOR, { ...ask(by), accountId }),
      ),
    );
    return {
      reads: await Promise.all(reads),
      board: await analytics.readDashboard(OWNER, JAKARTA),
    };
  }

  it('have the same sums, across the boundary and by every dimension', async () => {
    const before = await readEverything();
    const spans = await countSpans(database);
    expect(before.reads[0]?.total.asked).toBe(96);
    const replaced = await analytics.sumUp(NODE, 7);
    const left = await countSpans(database);
    expect(replaced).toBeGreaterThan(200);
    expect(left['quarter']).toBe((spans['quarter'] ?? 0) - replaced);
    expect(left['day']).toBeLessThan(replaced);
    expect(await readEverything()).toEqual(before);
    const rest = await analytics.ctx.summing.listQuarters(NOW, 10_000);
    const oldest = Math.min(...rest.map(({ ref }) => ref.startsAt.getTime()));
    expect(oldest).toBeGreaterThanOrEqual(BOUNDARY.getTime());
    expect(oldest).toBeLessThan(BOUNDARY.getTime() + 5 * HOUR * 1000);
    expect(await analytics.sumUp(NODE, 7)).toBe(0);
  });

  it('take up what is counted later, and what several callers sum up at the same time', async () => {
    const before = await analytics.readFunnel(OPERATOR, { ...ask('day'), accountId: undefined });
    const { addVerification } = createHistory(database);
    const late = Array.from({ length: 30 }, (_, n) => addSeconds(daysAgo(99), n * 2 * HOUR));
    for (const at of late) await addVerification({ at, expired: 300 });
    analytics.clock.now = addSeconds(NOW, HOUR);
    const counting = async () => {
      while ((await analytics.countDue(5)) > 0);
    };
    // They share a lease: only the guards of the statements keep them apart.
    const summing = [1, 2, 3].map(() => analytics.sumUp(NODE, 10));
    await Promise.all([counting(), ...summing]);
    await counting();
    await analytics.sumUp(NODE, 10);
    analytics.clock.now = NOW;
    const after = await analytics.readFunnel(OPERATOR, { ...ask('day'), accountId: undefined });
    expect(after.total.asked).toBe(before.total.asked + late.length);
    expect(after.total.expired).toBe(before.total.expired + late.length);
    const sum = after.groups.reduce((total, { figures }) => total + figures.asked, 0);
    expect(sum).toBe(after.total.asked);
  }, 60_000);

  it('never lose a count that was added after the quarter was read', async () => {
    const { ctx } = analytics;
    const at = daysAgo(98);
    await createHistory(database).addVerification({ at, verified: 5 });
    analytics.clock.now = addSeconds(NOW, HOUR);
    while ((await analytics.countDue(5)) > 0);
    const read = await ctx.summing.listQuarters(BOUNDARY, 100);
    expect(read.length).toBeGreaterThan(0);
    await createHistory(database).addVerification({ at, verified: 5 });
    while ((await analytics.countDue(5)) > 0);
    const before = await analytics.readFunnel(OPERATOR, { ...ask('day'), accountId: undefined });
    const days = read.map(({ ref, figures }) => ({ ref: dayOf(ref, at), figures }));
    expect(await ctx.rollups.add(days, ctx.summing.toRemovals(read), NOW)).toBe(false);
    expect(await analytics.readFunnel(OPERATOR, { ...ask('day'), accountId: undefined })).toEqual(
      before,
    );
    analytics.clock.now = NOW;
    await analytics.sumUp(NODE, 100);
  });

  it('stay as they are when the roll-ups are rebuilt from logs that still have their rows', async () => {
    const before = await readEverything();
    const { otp_logs: recounted } = await analytics.recountEvents();
    expect(recounted).toBeGreaterThan(0);
    expect(recounted).toBeLessThan(96);
    expect(await readEverything()).toEqual(before);
  });

  it('are waited for by a rebuild, which does not keep others from counting meanwhile', async () => {
    const { leases, now } = analytics.ctx;
    const summing = { name: SUMMING_LEASE, owner: 'another node' };
    const counting = { name: COUNTING_LEASE, owner: 'another node' };
    await leases.acquire(summing, now(), addSeconds(now(), LEASE_SECONDS));
    const rebuilding = analytics.recountEvents();
    await pause(300);
    expect(await leases.acquire(counting, now(), addSeconds(now(), LEASE_SECONDS))).toBe(true);
    for (const lease of [counting, summing]) await leases.release(lease);
    expect((await rebuilding).otp_logs).toBeGreaterThan(0);
    expect(await leases.acquire(counting, now(), addSeconds(now(), LEASE_SECONDS))).toBe(true);
    await leases.release(counting);
  });
});

describe('a day that was summed up', () => {
  const scope = {
    level: 'account',
    accountId: 'a',
    channel: '',
    sessionId: '',
    region: '',
  } as const;

  it('is on the date with which it has the most in common, in every time zone', () => {
    const { startsAt } = dayOf(scope, new Date('2026-03-01T00:00:00.000Z'));
    const dateIn = (timeZone: string) => startsAt.toLocaleDateString('sv', { timeZone });
    expect(dateIn('UTC')).toBe('2026-03-01');
    expect(dateIn('America/Los_Angeles')).toBe('2026-03-01');
    expect(dateIn('Asia/Jakarta')).toBe('2026-03-01');
    expect(dateIn('Pacific/Kiritimati')).toBe('2026-03-02');
  });

  it('has no hours', async () => {
    const migrated = await createMigratedDatabase('sqlite');
    const { readFunnel } = openAnalytics(migrated.database, NOW);
    const query = { ...ask(undefined), by: 'hour', accountId: undefined } as const;
    const old = { ...query, from: daysAgo(91), to: daysAgo(90) };
    await expect(readFunnel(OWNER, old)).rejects.toMatchObject({ code: 'validation_failed' });
    const young = { ...query, from: daysAgo(90), to: daysAgo(89) };
    expect((await readFunnel(OWNER, young)).groups.length).toBeGreaterThan(23);
    await migrated.close();
  });
});
