import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CounterStore,
  createCounterStore,
} from '../../../src/storage/limits/counter-store.ts';
import { dialects } from '../../support/database/databases.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const msLater = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const INTERVAL_MS = 60_000;

describe.each(dialects)('the counter store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let counters: CounterStore;
  let made = 0;
  const nextKey = () => `key-${++made}`;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    counters = createCounterStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const toClaims = (bursts: Readonly<Record<string, number>>) =>
    Object.entries(bursts).map(([key, burst]) => ({
      ...{ key, burst, intervalMs: INTERVAL_MS },
      longestMs: 20 * INTERVAL_MS,
    }));
  const claim = (bursts: Readonly<Record<string, number>>, at = NOW) =>
    counters.claimAll({ claims: toClaims(bursts) }, at);
  const granted = async (...call: Parameters<typeof claim>) =>
    (await claim(...call)).counters.length > 0;
  const giveBack = (keys: readonly string[], at: Date) =>
    counters.giveBack(toClaims(Object.fromEntries(keys.map((key) => [key, 1]))), at);
  /** How many events the counters hold at NOW. */
  const pointsOf = async (...keys: string[]) => {
    const found = await counters.find(keys);
    return keys.map((key) => {
      const resetsAt = found.find((counter) => counter.key === key)?.resetsAt ?? 0;
      return Math.max(0, (resetsAt - NOW.getTime()) / INTERVAL_MS);
    });
  };

  it('passes exactly as many of 200 parallel claims as there is room', async () => {
    const key = nextKey();
    const passed = await inParallel(200, () => granted({ [key]: 7 }));
    expect(passed.filter(Boolean)).toHaveLength(7);
    expect(await pointsOf(key)).toEqual([7]);
  });

  it('passes as many of 200 parallel claims on several counters as the tightest has room', async () => {
    const [a, b, c] = [nextKey(), nextKey(), nextKey()];
    const passed = await inParallel(200, () => granted({ [a]: 50, [b]: 9, [c]: 30 }));
    expect(passed.filter(Boolean)).toHaveLength(9);
    expect(await pointsOf(a, b, c)).toEqual([9, 9, 9]);
  });

  it('claims crossing sets of counters in parallel without a fault', async () => {
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
    await claim({ [full]: 1 });
    const refused = await claim({ [full]: 1, [roomy]: 5 });
    expect(refused.counters).toEqual([]);
    expect(refused.full).toEqual([{ key: full, resetsAt: NOW.getTime() + INTERVAL_MS }]);
    expect(await pointsOf(full, roomy)).toEqual([1, 0]);
  });

  it('never lets a refused claim take room that another caller needs', async () => {
    const [full, shared, other] = [nextKey(), nextKey(), nextKey()];
    await claim({ [full]: 1 });
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
    const results = await inParallel(150, () => claim({ [full]: 2, [roomy]: 10 }));
    const named = results.flatMap((result) => result.full.map(({ key }) => key));
    expect(results.filter((result) => result.counters.length > 0)).toHaveLength(2);
    expect(new Set(named)).toEqual(new Set([full]));
    expect(named).toHaveLength(148);
  });

  it('always says what was full, also while it is being cleared', async () => {
    const key = nextKey();
    const results = await inParallel(150, async (i) => {
      if (i % 5 === 4) await counters.clear([key]);
      return claim({ [key]: 1 });
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
    const [fresh] = (await claim({ [key]: 3 }, msLater(9 * INTERVAL_MS))).counters;
    expect(fresh).toEqual({ key, resetsAt: msLater(10 * INTERVAL_MS).getTime() });
  });

  it('reads watched counters with a claim, and counts nothing on them', async () => {
    const [claimed, watched] = [nextKey(), nextKey()];
    await claim({ [watched]: 5 });
    const call = { claims: toClaims({ [claimed]: 1 }), watched: toClaims({ [watched]: 5 }) };
    const seen = [{ key: watched, resetsAt: NOW.getTime() + INTERVAL_MS }];
    expect((await counters.claimAll(call, NOW)).watched).toEqual(seen);
    const refused = await counters.claimAll(call, NOW);
    expect([refused.counters, refused.watched]).toEqual([[], seen]);
    expect(await pointsOf(claimed, watched)).toEqual([1, 1]);
  });

  it('F15: begins again where a clock ran years ahead, with no more room than there is', async () => {
    const [key, other] = [nextKey(), nextKey()];
    const years = msLater(10 * 365 * 86_400_000);
    for (let i = 0; i < 2; i += 1) await claim({ [key]: 2, [other]: 2 }, years);
    const passed = await inParallel(60, () => granted({ [key]: 2, [other]: 2 }));
    expect(passed.filter(Boolean)).toHaveLength(2);
    expect(await granted({ [key]: 2 }, msLater(INTERVAL_MS))).toBe(true);
  });

  it('F15: lets one attempt pass where a clock ran years ahead, and then counts as ever', async () => {
    const strict = toClaims({ [nextKey()]: 2 }).map((one) => ({ ...one, isStrict: true }));
    const attempt = async (at: Date) =>
      (await counters.claimAll({ claims: strict }, at)).full.length === 0;
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
    for (let i = 0; i < 2; i += 1) await claim({ [key]: 2 }, msLater(9000));
    expect(await granted({ [key]: 2 })).toBe(false);
  });

  it('gives events back, never below nothing and never those that count no more', async () => {
    const [one, two] = [nextKey(), nextKey()];
    await claim({ [one]: 3, [two]: 3 });
    await claim({ [one]: 3 });
    await giveBack([one, two], NOW);
    expect(await pointsOf(one, two)).toEqual([1, 0]);
    await giveBack([one, two], NOW);
    await giveBack([one, two], NOW);
    expect(await pointsOf(one, two)).toEqual([0, 0]);
    await claim({ [one]: 3 });
    await giveBack([one], msLater(INTERVAL_MS));
    expect(await pointsOf(one)).toEqual([1]);
  });

  it('makes room for as many claims as were given back in parallel', async () => {
    const [a, b] = [nextKey(), nextKey()];
    await inParallel(20, () => claim({ [a]: 20, [b]: 20 }));
    await inParallel(12, (i) => giveBack(i % 2 ? [a, b] : [b, a], NOW));
    expect(await pointsOf(a, b)).toEqual([8, 8]);
    const passed = await inParallel(40, () => granted({ [b]: 20, [a]: 20 }));
    expect(passed.filter(Boolean)).toHaveLength(12);
  });

  it('forgets what is cleared and nothing else', async () => {
    const [gone, kept] = [nextKey(), nextKey()];
    await claim({ [gone]: 2, [kept]: 2 });
    await counters.clear([gone]);
    await counters.clear([]);
    expect(await pointsOf(gone, kept)).toEqual([0, 1]);
  });

  it('prunes counters that count nothing any more, in batches, and no others', async () => {
    const [old, older, live] = [nextKey(), nextKey(), nextKey()];
    await migrated.database.statements.change('DELETE FROM "rate_limits"', []);
    await claim({ [old]: 1, [older]: 1 });
    await claim({ [live]: 1 }, msLater(1));
    expect(await counters.prune(msLater(INTERVAL_MS), 1)).toBe(1);
    expect(await counters.prune(msLater(INTERVAL_MS), 10)).toBe(1);
    expect(await counters.prune(msLater(INTERVAL_MS), 10)).toBe(0);
    expect((await counters.find([old, older, live])).map(({ key }) => key)).toEqual([live]);
  });
});
