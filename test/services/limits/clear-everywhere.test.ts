import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_ACCOUNT_ID } from '../../../src/domain/access/caller.ts';
import type { Limit } from '../../../src/domain/rate-limit.ts';
import { createBoundedQueue } from '../../../src/lib/concurrency/bounded-queue.ts';
import { createLimiterService } from '../../../src/services/limits/limiter-service.ts';
import { createMetrics } from '../../../src/services/operations/metrics-service.ts';
import { createAccountStore } from '../../../src/storage/access/account-store.ts';
import { createCounterStore } from '../../../src/storage/limits/counter-store.ts';
import { countReads } from '../../support/database/counted-reads.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');

/** More than are looked at in one step. */
const ACCOUNTS = 450;
const COUNTERS = 50_000;
const ROWS_AT_ONCE = 5000;

const LOCK: Limit = { name: 'lock', max: 1, windowSeconds: 3600, burst: 1 };
const OTHER: Limit = { name: 'loc', max: 1, windowSeconds: 3600, burst: 1 };
const SHARED: Limit = { name: 'shared', max: 1, windowSeconds: 3600, burst: 1, isShared: true };

onEveryDatabase('a reset in every account on %s', (dialect) => {
  let migrated: MigratedDatabase;
  const accountIds = Array.from({ length: ACCOUNTS }, (_, i) => `account-${i}`);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const { models } = migrated.database;
    const times = { createdAt: NOW, updatedAt: NOW };
    await models.Account.insertRows(accountIds.map((id) => ({ id, name: id, ...times })));
    for (let start = 0; start < COUNTERS; start += ROWS_AT_ONCE) {
      const numbers = Array.from({ length: ROWS_AT_ONCE }, (_, i) => start + i);
      await models.RateLimit.insertRows(
        numbers.map((i) => ({ limitKey: `lock|account-${i % ACCOUNTS}|n${i}`, resetsAt: 1 })),
      );
    }
    await lookAtTables(migrated.database, ['accounts', 'rate_limits']);
  }, 120_000);
  afterAll(() => migrated.close());

  function createLimiter(database = migrated.database) {
    return createLimiterService({
      accounts: createAccountStore(database),
      counters: createCounterStore(database),
      onRefusal: () => {},
      metrics: createMetrics({ hashing: createBoundedQueue({ concurrency: 1, queueLimit: 1 }) }),
      now: () => NOW,
    });
  }
  const callerOf = (accountId: string) => ({ accountId, ipAddress: '', userAgent: undefined });

  it('reaches the first and the last account, the demo and what accounts share, and nothing else', async () => {
    const limiter = createLimiter();
    const callers = ['account-0', 'account-449', 'account-99', DEMO_ACCOUNT_ID].map(callerOf);
    const consume = async (limit: Limit, subject: string) => {
      const hits = [{ limit, subject }];
      const results = await Promise.all(callers.map((who) => limiter.consume(who, hits)));
      return results.filter(({ granted }) => granted).length;
    };
    const everything = [LOCK, OTHER, SHARED].flatMap((limit) =>
      ['me', 'me2', 'e'].map((subject) => ({ limit, subject })),
    );
    for (const { limit, subject } of everything) await consume(limit, subject);
    await limiter.clearEverywhere([
      { limit: LOCK, subject: 'me' },
      { limit: SHARED, subject: 'me' },
    ]);
    expect(await consume(LOCK, 'me')).toBe(4);
    // One for all accounts, and one for the demo.
    expect(await consume(SHARED, 'me')).toBe(2);
    for (const { limit, subject } of everything) {
      expect(await consume(limit, subject), `${limit.name} ${subject}`).toBe(0);
    }
  });

  it('reads accounts and the counters of the subject, each by their keys', async () => {
    const { models } = migrated.database;
    await models.RateLimit.insertRow({ limitKey: 'lock|account-7|you', resetsAt: 1 });
    const counted = countReads(migrated.database);
    const hits = [LOCK, OTHER, SHARED, { ...LOCK, name: 'more' }].map((limit) => ({
      ...{ limit, subject: 'you' },
    }));
    await createLimiter(counted.database).clearEverywhere(hits);
    const { statements, rows } = counted.take();
    const accounts = await migrated.database.statements.select('SELECT "id" FROM "accounts"', []);
    expect(rows).toBe(accounts.length + 1);
    expect(statements).toBeLessThan(40);

    const watched = watchReads(migrated.database);
    const keys = Array.from({ length: 100 }, (_, i) => `lock|account-${i}|you`);
    await createCounterStore(watched.database).findMany(keys);
    expect(await watched.findFaults()).toEqual([]);
    await createAccountStore(watched.database).listIds('account-3', 50);
    expect(await watched.findFaults()).toEqual([]);
  });
});
