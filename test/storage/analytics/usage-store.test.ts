import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  createUsageStore,
  type Usage,
  type UsageStore,
} from '../../../src/storage/analytics/usage-store.ts';
import type { Database } from '../../../src/storage/database.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
  open,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const NOW = new Date('2026-03-01T12:34:56.789Z');
const HOUR_MS = 3_600_000;
const NOON = new Date('2026-03-01T12:00:00.000Z');
const hoursLater = (hours: number) => new Date(NOON.getTime() + hours * HOUR_MS);

const ONE: Usage = {
  hour: NOON,
  accountId: 'default',
  principal: 'key:abc',
  method: 'POST',
  route: '/api/otp/send',
  statusCode: 200,
  requests: 1,
  durationSum: 7,
  durationMax: 7,
};

const FIRST_PAGE = { limit: 500, before: undefined };

onEveryDatabase('the usage store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let other: Database;
  let usages: UsageStore;
  let ofOtherNode: UsageStore;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    other = await open(migrated.testDatabase);
    usages = createUsageStore(migrated.database);
    ofOtherNode = createUsageStore(other);
  });
  afterAll(async () => {
    await other.close();
    await migrated.close();
  });
  beforeEach(() => migrated.database.statements.change('DELETE FROM "api_usage"', []));

  const add = (...all: readonly Partial<Usage>[]) =>
    inParallel(all.length, (index) => usages.add({ ...ONE, ...all[index] }, NOW));
  /** One after the other, so that the newest is known. */
  async function addInTurn(...all: readonly Partial<Usage>[]) {
    for (const usage of all) await usages.add({ ...ONE, ...usage }, NOW);
  }
  const readAll = async (filter = {}) => (await usages.list(filter, FIRST_PAGE)).items;

  it('counts each of 200 parallel adds of two nodes once, in one row', async () => {
    await inParallel(200, (index) =>
      (index % 2 ? usages : ofOtherNode).add(
        { ...ONE, requests: 3, durationSum: index, durationMax: index },
        NOW,
      ),
    );
    const { requests, durationSum, durationMax } = {
      requests: 600,
      durationSum: 19_900,
      durationMax: 199,
    };
    expect(await readAll()).toEqual([
      { ...ONE, id: expect.any(Number), requests, durationSum, durationMax },
    ]);
  });

  it('counts 200 parallel adds to twenty rows where each belongs', async () => {
    await inParallel(200, (index) =>
      (index % 3 ? usages : ofOtherNode).add({ ...ONE, statusCode: 200 + (index % 20) }, NOW),
    );
    const rows = await readAll();
    expect(rows).toHaveLength(20);
    expect(rows.map(({ requests }) => requests)).toEqual(Array(20).fill(10));
    expect(rows.map(({ durationSum }) => durationSum)).toEqual(Array(20).fill(70));
  });

  it('has a row of its own for each hour, account, caller, method, route and status', async () => {
    const others: Partial<Usage>[] = [
      { hour: hoursLater(1) },
      { accountId: 'other' },
      { principal: 'key:ABC' },
      { principal: 'user:abc' },
      { method: 'GET' },
      { route: '/api/otp/verify' },
      { statusCode: 400 },
    ];
    await add({}, {}, ...others, ...others);
    const rows = await readAll();
    expect(rows).toHaveLength(8);
    expect(rows.map(({ requests }) => requests)).toEqual(Array(8).fill(2));
  });

  it('keeps sums that are larger than a 32-bit number', async () => {
    const durationSum = 3_000_000_000;
    await add({ durationSum }, { durationSum });
    expect((await readAll())[0]?.durationSum).toBe(6_000_000_000);
  });

  it('hands the rows out in pages, the newest first, while others are added', async () => {
    await addInTurn(...Array.from({ length: 5 }, (_, index) => ({ statusCode: 201 + index })));
    const first = await usages.list({}, { limit: 2, before: undefined });
    expect(first.items.map(({ statusCode }) => statusCode)).toEqual([205, 204]);
    await addInTurn({ statusCode: 299 }, { statusCode: 203 });
    const second = await usages.list({}, { limit: 2, before: first.next });
    expect(second.items.map(({ statusCode }) => statusCode)).toEqual([203, 202]);
    const third = await usages.list({}, { limit: 2, before: second.next });
    expect(third.items.map(({ statusCode }) => statusCode)).toEqual([201]);
    expect(third.next).toBeUndefined();
  });

  it('finds by each field, and by all together', async () => {
    const odd: Partial<Usage> = {
      hour: hoursLater(2),
      accountId: 'other',
      principal: 'user:7',
      method: 'GET',
      route: '/api/sessions',
      statusCode: 503,
    };
    await add({}, { hour: hoursLater(-1) }, odd);
    const { hour, durationMax, durationSum, requests, ...asked } = { ...ONE, ...odd };
    const oddRow = [expect.objectContaining(odd)];
    for (const [field, value] of Object.entries(asked)) {
      expect(await readAll({ [field]: value })).toEqual(oddRow);
    }
    expect(await readAll({ visibleAccountId: 'other' })).toEqual(oddRow);
    expect(await readAll({ visibleAccountId: 'default', accountId: 'other' })).toEqual([]);
    expect(await readAll({ ...asked, from: hour, to: hoursLater(3) })).toEqual(oddRow);
    expect(await readAll({ ...asked, method: 'POST' })).toEqual([]);
  });

  it('takes the hours that begin at `from` or later and before `to`', async () => {
    await addInTurn(...[-1, 0, 1, 2].map((hours) => ({ hour: hoursLater(hours) })));
    const hoursOf = async (filter: object) =>
      (await readAll(filter)).map(({ hour }) => (hour.getTime() - NOON.getTime()) / HOUR_MS);
    expect(await hoursOf({ from: NOON })).toEqual([2, 1, 0]);
    expect(await hoursOf({ from: new Date(NOON.getTime() + 1) })).toEqual([2, 1]);
    expect(await hoursOf({ to: hoursLater(1) })).toEqual([0, -1]);
    expect(await hoursOf({ from: NOON, to: hoursLater(2) })).toEqual([1, 0]);
  });

  it('adds up what a filter means, and nothing else', async () => {
    await add(
      { requests: 5, durationSum: 50 },
      { requests: 2, durationSum: 9, statusCode: 400 },
      { requests: 1, durationSum: 1, statusCode: 399 },
      { requests: 90, durationSum: 900, accountId: 'other' },
    );
    const totals = { requests: 8, failures: 2, serverErrors: expect.any(Number), durationSum: 60 };
    expect(await usages.sum({ accountId: 'default' })).toEqual(totals);
    const nothing = { requests: 0, failures: 0, serverErrors: 0, durationSum: 0 };
    expect(await usages.sum({ accountId: 'nobody' })).toEqual(nothing);
  });

  it('adds up fifty thousand rows, in all and by a column, and does not begin with more', async () => {
    const { change } = migrated.database.statements;
    const insertMany = (from: number, count: number) => {
      const rows = Array.from({ length: count }, (_, index) => {
        const time = `'2026-03-01 12:00:00.000'`;
        return `('k${from + index}', ${time}, 'default', 'bootstrap', 'GET', '/', 200, 2, 3, 4, ${time}, ${time})`;
      });
      return change(
        `INSERT INTO "api_usage" ("usageKey", "hour", "accountId", "principal", "method", "route",
           "statusCode", "requests", "durationSum", "durationMax", "createdAt", "updatedAt")
         VALUES ${rows.join(', ')}`,
        [],
      );
    };
    for (let from = 0; from < 50_000; from += 5000) await insertMany(from, 5000);
    const sums = { requests: 100_000, failures: 0, serverErrors: 0, durationSum: 150_000 };
    expect(await usages.sum({})).toEqual(sums);
    expect(await usages.sumBy('hour', {})).toEqual([{ ...sums, value: NOON, durationMax: 4 }]);
    expect(await usages.sumBy('route', {})).toEqual([{ ...sums, value: '/', durationMax: 4 }]);
    await insertMany(50_000, 1);
    expect(await usages.sum({})).toBeUndefined();
    expect(await usages.sumBy('principal', {})).toBeUndefined();
    expect(await usages.sumBy('principal', { method: 'POST' })).toEqual([]);
    expect(await usages.sum({ method: 'POST' })).toMatchObject({ requests: 0 });
  });

  it('prunes hours that were over, in batches, and no others', async () => {
    await add(...[-3, -2, -1, 0].map((hours) => ({ hour: hoursLater(hours) })));
    const justBeforeNoon = new Date(NOON.getTime() - 1);
    expect(await usages.prune(justBeforeNoon, 1)).toBe(1);
    expect(await usages.prune(justBeforeNoon, 10)).toBe(1);
    expect(await usages.prune(justBeforeNoon, 10)).toBe(0);
    expect(await usages.prune(NOON, 10)).toBe(1);
    expect((await readAll()).map(({ hour }) => hour)).toEqual([NOON]);
  });
});
