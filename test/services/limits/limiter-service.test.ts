import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RequestOrigin } from '../../../src/domain/access/caller.ts';
import type { Limit, RateLimitStatus } from '../../../src/domain/rate-limit.ts';
import { createBoundedQueue } from '../../../src/lib/concurrency/bounded-queue.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createLimiterService,
  type LimiterService,
} from '../../../src/services/limits/limiter-service.ts';
import { createMetrics } from '../../../src/services/operations/metrics-service.ts';
import { createAccountStore } from '../../../src/storage/access/account-store.ts';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const CALLER: RequestOrigin = {
  accountId: 'default',
  ipAddress: '192.0.2.1',
  userAgent: undefined,
};
/** All of it may be used at once, so that what is counted together is seen. */
const limit = (name: string, max: number, windowSeconds?: number): Limit => ({
  ...{ name, max, windowSeconds, burst: max },
});
const MINUTE = limit('minute', 2, 60);
const HOUR = limit('hour', 3, 3600);
const FOR_GOOD = limit('for-good', 2);

onEveryDatabase('the limiter on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;
  let limiter: LimiterService;
  let now = new Date('2026-03-01T12:00:00.000Z');
  let subjects = 0;
  const refusals: RateLimitStatus[] = [];
  const nextSubject = () => `subject-${++subjects}`;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    limiter = createLimiterService({
      accounts: createAccountStore(migrated.database),
      counters: createCounterStore(migrated.database),
      onRefusal: (_, refusal) => void refusals.push(refusal),
      metrics: createMetrics({ hashing: createBoundedQueue({ concurrency: 1, queueLimit: 1 }) }),
      now: () => now,
    });
  });
  afterAll(() => migrated.close());

  const wait = (seconds: number) => {
    now = addSeconds(now, seconds);
  };
  const hit = (subject: string, ...limits: Limit[]) =>
    limiter.consume(
      CALLER,
      limits.map((one) => ({ limit: one, subject })),
    );
  const granted = async (...call: Parameters<typeof hit>) => (await hit(...call)).granted;
  /** How long a hit is told to wait; undefined when it passes or is refused for good. */
  const waitOf = async (...call: Parameters<typeof hit>) => {
    const result = await hit(...call);
    return result.granted ? undefined : result.refusal.resetSeconds;
  };

  it('passes exactly as many of 200 parallel hits as the limit allows', async () => {
    const subject = nextSubject();
    const passed = await inParallel(200, () => granted(subject, limit('five', 5, 60), HOUR));
    expect(passed.filter(Boolean)).toHaveLength(3);
  });

  itOnOne('A26: passes after the wait that it told, and not a second before', async () => {
    const subject = nextSubject();
    await hit(subject, MINUTE);
    wait(10);
    await hit(subject, MINUTE);
    expect(await waitOf(subject, MINUTE)).toBe(20);
    wait(19);
    expect(await granted(subject, MINUTE)).toBe(false);
    wait(1);
    expect(await granted(subject, MINUTE)).toBe(true);
  });

  itOnOne('A26: rounds the wait up, so that it is never told too short', async () => {
    const subject = nextSubject();
    await hit(subject, limit('one', 1, 60));
    wait(59.2);
    const told = await waitOf(subject, limit('one', 1, 60));
    expect(told).toBe(1);
    wait(1);
    expect(await granted(subject, limit('one', 1, 60))).toBe(true);
  });

  itOnOne('A26: tells the longest wait when several limits are full', async () => {
    const subject = nextSubject();
    const [short, long] = [limit('short', 1, 60), limit('long', 1, 3600)];
    await hit(subject, short, long);
    expect(await waitOf(subject, short, long)).toBe(3600);
    wait(3600);
    expect(await granted(subject, short, long)).toBe(true);
  });

  it('A26: tells a parallel crowd the wait of the limit that is full, and of no other', async () => {
    const subject = nextSubject();
    const [tight, wide] = [limit('tight', 1, 60), limit('wide', 20, 86_400)];
    const results = await inParallel(150, () => hit(subject, tight, wide, FOR_GOOD));
    const refused = results.flatMap((result) => (result.granted ? [] : [result.refusal]));
    expect(refused).toHaveLength(149);
    expect(new Set(refused.map((one) => one.limit.name))).toEqual(new Set(['tight']));
    expect(new Set(refused.map((one) => one.resetSeconds))).toEqual(new Set([60]));
  });

  itOnOne('counts on no limit when one of them refuses', async () => {
    const subject = nextSubject();
    const [tight, wide] = [limit('tight', 1, 3600), limit('wide', 2, 3600)];
    await hit(subject, tight);
    expect(await granted(subject, tight, wide)).toBe(false);
    expect([await granted(subject, wide), await granted(subject, wide)]).toEqual([true, true]);
    expect(await granted(subject, wide)).toBe(false);
  });

  itOnOne('does not count what it refuses', async () => {
    const subject = nextSubject();
    for (let i = 0; i < 5; i += 1) await hit(subject, MINUTE);
    await limiter.refund(CALLER, [{ limit: MINUTE, subject }]);
    expect([await granted(subject, MINUTE), await granted(subject, MINUTE)]).toEqual([true, false]);
  });

  itOnOne('refuses for good without a window, until it is cleared', async () => {
    const subject = nextSubject();
    await hit(subject, FOR_GOOD);
    await hit(subject, FOR_GOOD);
    wait(399 * 86_400);
    const refused = await hit(subject, FOR_GOOD);
    expect(refused).toMatchObject({ granted: false, refusal: { used: 2 } });
    expect(refused.granted ? 0 : refused.refusal.resetSeconds).toBeUndefined();
    await limiter.clear(CALLER, [{ limit: FOR_GOOD, subject }]);
    expect(await granted(subject, FOR_GOOD)).toBe(true);
  });

  itOnOne('never refuses for a limit that is switched off', async () => {
    const subject = nextSubject();
    const off = limit('off', 0, 60);
    expect(await hit(subject, off)).toEqual({ granted: true, rateLimits: [], watched: [] });
    expect(await granted(subject, off, MINUTE)).toBe(true);
    expect(await limiter.isUsedUp(CALLER, [{ limit: off, subject }])).toBe(false);
  });

  itOnOne('keeps subjects, limits and accounts apart', async () => {
    const [one, two] = [nextSubject(), nextSubject()];
    const single = limit('single', 1, 60);
    expect(await granted(one, single)).toBe(true);
    expect(await granted(two, single)).toBe(true);
    expect(await granted(one, limit('another', 1, 60))).toBe(true);
    const stranger = { ...CALLER, accountId: 'stranger' };
    const hits = [{ limit: single, subject: one }];
    expect((await limiter.consume(stranger, hits)).granted).toBe(true);
    expect((await limiter.consume(CALLER, hits)).granted).toBe(false);
  });

  it('counts a shared limit over all accounts, and gives each its own back', async () => {
    const subject = nextSubject();
    const stranger = { ...CALLER, accountId: 'stranger' };
    const hits = [{ limit: { ...limit('shared', 5, 60), isShared: true }, subject }];
    const passed = await inParallel(60, (i) => limiter.consume(i % 2 ? CALLER : stranger, hits));
    expect(passed.filter((one) => one.granted)).toHaveLength(5);
    await limiter.refund(stranger, hits);
    expect((await limiter.consume(CALLER, hits)).granted).toBe(true);
    expect((await limiter.consume(stranger, hits)).granted).toBe(false);
    expect(await limiter.isUsedUp(stranger, hits)).toBe(true);
  });

  itOnOne(
    'forgets in every account what it is told to, of that subject and limit alone',
    async () => {
      const [subject, other] = [nextSubject(), `${nextSubject()}%`];
      const [single, another] = [limit('once_in', 1, 60), limit('onceXin', 1, 60)];
      const accounts = ['default', 'stranger', 'third'].map((accountId) => ({
        ...CALLER,
        accountId,
      }));
      for (const { accountId } of accounts) {
        await migrated.database.models.Account.ensure(accountId, now);
      }
      const consumeAll = async (one: Limit, of: string) => {
        const hits = [{ limit: one, subject: of }];
        const results = await Promise.all(accounts.map((who) => limiter.consume(who, hits)));
        return results.map((result) => result.granted);
      };
      await consumeAll(single, subject);
      await consumeAll(single, other);
      await consumeAll(another, subject);
      await limiter.clearEverywhere([{ limit: single, subject }]);
      expect(await consumeAll(single, other)).toEqual([false, false, false]);
      expect(await consumeAll(another, subject)).toEqual([false, false, false]);
      expect(await consumeAll(single, subject)).toEqual([true, true, true]);
      await limiter.clearEverywhere([{ limit: single, subject: '%' }]);
      expect(await consumeAll(single, subject)).toEqual([false, false, false]);
    },
  );

  itOnOne('tells whether a limit is used up without counting', async () => {
    const subject = nextSubject();
    const isUsedUp = () => limiter.isUsedUp(CALLER, [{ limit: MINUTE, subject }]);
    await hit(subject, MINUTE);
    expect([await isUsedUp(), await isUsedUp()]).toEqual([false, false]);
    await hit(subject, MINUTE);
    expect(await isUsedUp()).toBe(true);
    wait(30);
    expect(await isUsedUp()).toBe(false);
  });

  itOnOne('reports every refusal with its limit and subject', async () => {
    const subject = nextSubject();
    await hit(subject, limit('once', 1, 60));
    refusals.length = 0;
    await hit(subject, limit('once', 1, 60), HOUR);
    expect(refusals).toMatchObject([
      { limit: { name: 'once' }, subject, used: 1, resetSeconds: 60 },
    ]);
  });
});
