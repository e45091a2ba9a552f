import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type CounterStore,
  createCounterStore,
} from '../../../src/storage/limits/counter-store.ts';
import { countReads } from '../../support/database/counted-reads.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const msLater = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const INTERVAL_MS = 60_000;

onEveryDatabase('the counter store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let counters: CounterStore;
  let made = 0;
  const nextKey = () => `key-${++made}`;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    counters = createCounterStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const toHits = (bursts: Readonly<Record<string, number>>) =>
    Object.entries(bursts).map(([key, burst]) => ({
      ...{ key, burst, intervalMs: INTERVAL_MS },
      longestMs: 20 * INTERVAL_MS,
    }));
  const hit = (bursts: Readonly<Record<string, number>>, at = NOW) =>
    counters.consumeAll({ hits: toHits(bursts) }, at);
  const granted = async (...call: Parameters<typeof hit>) =>
    (await hit(...call)).counters.length > 0;
  const refund = (keys: readonly string[], at: Date) =>
    counters.refund(toHits(Object.fromEntries(keys.map((key) => [key, 1]))), at);
  /** How many events the counters hold at NOW. */
  const pointsOf = async (...keys: string[]) => {
    const found = await counters.find(keys);
    return keys.map((key) => {
      const resetsAt = found.find((counter) => counter.key === key)?.resetsAt ?? 0;
      return Math.max(0, (resetsAt - NOW.getTime()) / INTERVAL_MS);
    });
  };

  it('passes exactly as many of 200 parallel hits as there is room', async () => {
    const key = nextKey();
    const passed = await inParallel(200, () => granted({ [key]: 7 }));
    expect(passed.filter(Boolean)).toHaveLength(7);
    expect(await pointsOf(key)).toEqual([7]);
  });

  it('passes as many of 200 parallel hits on several counters as the tightest has room', async () => {
    const [a, b, c] = [nextKey(), nextKey(), nextKey()];
    const passed = await inParallel(200, () => granted({ [a]: 50, [b]: 9, [c]: 30 }));
    expect(passed.filter(Boolean)).toHaveLength(9);
    expect(await pointsOf(a, b, c)).toEqual([9, 9, 9]);
  });

  it('hits crossing sets of counters in parallel without a fault', async () => {
    const keys = Array.from({ length: 6 }, nextKey);
    const passed = await inParallel(150, (i) => {
      const [x = '', y = '', z = ''] = [0, 1, 2].map((n) => keys[(i * (n + 1) + n) % 6]);
      return granted({ [z]: 20, [y]: 20, [x]: 20 });
    });
    expect(passed.filter(Boolean).length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...(await pointsOf(...keys)))).toBeLessThanOrEqual(20);
  });

  it('counts nothing on the others when one is full, and tells which', async () => {
    const [full, roomy] = [nextKey(), nextKey()];
    await hit({ [full]: 1 });
    const refused = await hit({ [full]: 1, [roomy]: 5 });
    expect(refused.counters).toEqual([]);
    expect(refused.full).toEqual([{ key: full, resetsAt: NOW.getTime() + INTERVAL_MS }]);
    expect(await pointsOf(full, roomy)).toEqual([1, 0]);
  });

  it('never lets a refused hit take room that another caller needs', async () => {
    const [full, shared, other] = [nextKey(), nextKey(), nextKey()];
    await hit({ [full]: 1 });
    const [refused, needed] = await Promise.all([
      inParallel(150, () => granted({ [full]: 1, [shared]: 5 })),
      inParallel(5, () => granted({ [other]: 5, [shared]: 5 })),
    ]);
    expect(needed).toEqual([true, true, true, true, true]);
    expect(refused.filter(Boolean)).toEqual([]);
    expect(await pointsOf(shared)).toEqual([5]);
  });

  it('names only counters that are full of what was granted', async () => {
    const [full, roomy] = [nextKey(), nextKey()];
    const results = await inParallel(150, () => hit({ [full]: 2, [roomy]: 10 }));
    const named = results.flatMap((result) => result.full.map(({ key }) => key));
    expect(results.filter((result) => result.counters.length > 0)).toHaveLength(2);
    expect(new Set(named)).toEqual(new Set([full]));
    expect(named).toHaveLength(148);
  });

  it('always says what was full, also while it is being cleared', async () => {
    const key = nextKey();
    const results = await inParallel(150, async (i) => {
      if (i % 5 === 4) await counters.clear([key]);
      return hit({ [key]: 1 });
    });
    const silent = results.filter((one) => one.counters.length === 0 && one.full.length === 0);
    expect(silent).toEqual([]);
  });

  it('takes different limits on two counters of one call', async () => {
    const [few, many] = [nextKey(), nextKey()];
    const results = [];
    for (let i = 0; i < 4; i += 1) results.push(await granted({ [few]: 3, [many]: 100 }));
    expect(results).toEqual([true, true, true, false]);
    expect(await granted({ [many]: 4 })).toBe(true);
    expect(await granted({ [many]: 4 })).toBe(false);
    expect(await pointsOf(few, many)).toEqual([3, 4]);
  });

  it('has room for one more after each interval, to the millisecond', async () => {
    const key = nextKey();
    for (let i = 0; i < 3; i += 1) expect(await granted({ [key]: 3 })).toBe(true);
    expect(await granted({ [key]: 3 }, msLater(INTERVAL_MS - 1))).toBe(false);
    expect(await granted({ [key]: 3 }, msLater(INTERVAL_MS))).toBe(true);
    expect(await granted({ [key]: 3 }, msLater(INTERVAL_MS))).toBe(false);
    const [fresh] = (await hit({ [key]: 3 }, msLater(9 * INTERVAL_MS))).counters;
    expect(fresh).toEqual({ key, resetsAt: msLater(10 * INTERVAL_MS).getTime() });
  });

  it('reads watched counters with a hit, and counts nothing on them', async () => {
    const [consumed, watched] = [nextKey(), nextKey()];
    await hit({ [watched]: 5 });
    const call = { hits: toHits({ [consumed]: 1 }), watched: toHits({ [watched]: 5 }) };
    const seen = [{ key: watched, resetsAt: NOW.getTime() + INTERVAL_MS }];
    expect((await counters.consumeAll(call, NOW)).watched).toEqual(seen);
    const refused = await counters.consumeAll(call, NOW);
    expect([refused.counters, refused.watched]).toEqual([[], seen]);
    expect(await pointsOf(consumed, watched)).toEqual([1, 1]);
  });

  it('F15: begins again where a clock ran years ahead, with no more room than there is', async () => {
    const [key, other] = [nextKey(), nextKey()];
    const years = msLater(10 * 365 * 86_400_000);
    for (let i = 0; i < 2; i += 1) await hit({ [key]: 2, [other]: 2 }, years);
    const passed = await inParallel(60, () => granted({ [key]: 2, [other]: 2 }));
    expect(passed.filter(Boolean)).toHaveLength(2);
    expect(await granted({ [key]: 2 }, msLater(INTERVAL_MS))).toBe(true);
  });

  it('F15: lets one attempt pass where a clock ran years ahead, and then counts as ever', async () => {
    const strict = toHits({ [nextKey()]: 2 }).map((one) => ({ ...one, isStrict: true }));
    const attempt = async (at: Date) =>
      (await counters.consumeAll({ hits: strict }, at)).full.length === 0;
    for (let i = 0; i < 2; i += 1) await attempt(msLater(10 * 365 * 86_400_000));
    const passed = await inParallel(60, () => attempt(NOW));
    expect(passed.filter(Boolean)).toHaveLength(1);
    expect(await attempt(msLater(INTERVAL_MS))).toBe(true);
  });

  it('forgets nothing under a lower limit of the same window', async () => {
    const key = nextKey();
    for (let i = 0; i < 4; i += 1) expect(await granted({ [key]: 4 })).toBe(true);
    expect(await granted({ [key]: 2 })).toBe(false);
    expect(await granted({ [key]: 4 })).toBe(false);
  });

  it('F15: takes seconds between the clocks of two nodes for no reason to begin again', async () => {
    const key = nextKey();
    for (let i = 0; i < 2; i += 1) await hit({ [key]: 2 }, msLater(9000));
    expect(await granted({ [key]: 2 })).toBe(false);
  });

  it('gives events back, never below nothing and never those that count no more', async () => {
    const [one, two] = [nextKey(), nextKey()];
    await hit({ [one]: 3, [two]: 3 });
    await hit({ [one]: 3 });
    await refund([one, two], NOW);
    expect(await pointsOf(one, two)).toEqual([1, 0]);
    await refund([one, two], NOW);
    await refund([one, two], NOW);
    expect(await pointsOf(one, two)).toEqual([0, 0]);
    await hit({ [one]: 3 });
    await refund([one], msLater(INTERVAL_MS));
    expect(await pointsOf(one)).toEqual([1]);
  });

  it('makes room for as many hits as were given back in parallel', async () => {
    const [a, b] = [nextKey(), nextKey()];
    await inParallel(20, () => hit({ [a]: 20, [b]: 20 }));
    await inParallel(12, (i) => refund(i % 2 ? [a, b] : [b, a], NOW));
    expect(await pointsOf(a, b)).toEqual([8, 8]);
    const passed = await inParallel(40, () => granted({ [b]: 20, [a]: 20 }));
    expect(passed.filter(Boolean)).toHaveLength(12);
  });

  it('forgets what is cleared and nothing else', async () => {
    const [gone, kept] = [nextKey(), nextKey()];
    await hit({ [gone]: 2, [kept]: 2 });
    await counters.clear([gone]);
    await counters.clear([]);
    expect(await pointsOf(gone, kept)).toEqual([0, 1]);
  });

  it('prunes counters that count nothing any more, in batches, and no others', async () => {
    const [old, older, live] = [nextKey(), nextKey(), nextKey()];
    await migrated.database.statements.change('DELETE FROM "rate_limits"', []);
    await hit({ [old]: 1, [older]: 1 });
    await hit({ [live]: 1 }, msLater(1));
    const prune = (batch: number) => counters.prune(msLater(INTERVAL_MS), batch);
    expect(await prune(1)).toEqual({ rows: 1, isDone: false });
    expect(await prune(10)).toEqual({ rows: 1, isDone: true });
    expect(await prune(10)).toEqual({ rows: 0, isDone: true });
    expect((await counters.find([old, older, live])).map(({ key }) => key)).toEqual([live]);
  });

  it('prunes a large table in steps that each read a part of it, by the key', async () => {
    const { database } = migrated;
    await database.statements.change('DELETE FROM "rate_limits"', []);
    const rows = Array.from({ length: 5200 }, (_, i) => ({
      limitKey: `large-${String(i).padStart(4, '0')}`,
      resetsAt: i % 40 === 0 ? NOW.getTime() : msLater(1).getTime(),
    }));
    await database.models.RateLimit.insertRows(rows);
    await lookAtTables(database, ['rate_limits']);
    const counted = countReads(database);
    const store = createCounterStore(counted.database);
    const steps = [];
    do steps.push({ ...(await store.prune(NOW, 20)), read: counted.take().rows });
    while (!steps.at(-1)?.isDone);
    expect(Math.max(...steps.map(({ read }) => read))).toBe(1000);
    expect(Math.max(...steps.map((step) => step.rows))).toBe(20);
    expect(steps.reduce((sum, step) => sum + step.rows, 0)).toBe(130);
    expect(await store.find(['large-0000', 'large-5160'])).toEqual([]);
    expect(await store.find(['large-0001', 'large-5199'])).toHaveLength(2);
    const watched = watchReads(database);
    await createCounterStore(watched.database).prune(NOW, 20);
    expect(await watched.findFaults()).toEqual([]);
  });
});
