import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  type Activity,
  createActivityStore,
} from '../../../src/storage/activity/activity-store.ts';
import {
  createLogStore,
  type LogFilter,
  type LogStore,
} from '../../../src/storage/activity/log-store.ts';
import type { Row } from '../../../src/storage/statement.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { newVerification } from '../../support/database/new-verification.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const NOON = new Date('2026-03-01T12:00:00.000Z');
const ROWS = 6000;
const NUMBERS = 300;
const ACTIONS = ['api_call', 'otp_send', 'otp_verify', 'limit_hit', 'message_send'] as const;

const phoneOf = (index: number) => `+62812${String(index % NUMBERS).padStart(7, '0')}`;
const accountOf = (index: number) => (index % 2 === 0 ? 'default' : 'other');

/** Several rows have the same time, as they have in truth. */
const timeOf = (index: number) => addSeconds(NOON, Math.floor(index / 4));

function activityOf(index: number): Activity {
  return {
    accountId: accountOf(index),
    action: ACTIONS[Math.floor(index / 2) % ACTIONS.length] ?? 'api_call',
    status: index % 14 < 2 ? 'error' : 'success',
    sessionId: `s-${Math.floor(index / 2) % 40}`,
    phoneNumber: phoneOf(Math.floor(index / 2)),
    details: String(index),
  };
}

onEveryDatabase('the log store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: LogStore;
  let findFaults: () => Promise<Row[]>;

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    const { database } = migrated;
    const watched = watchReads(database);
    findFaults = watched.findFaults;
    store = createLogStore(watched.database);
    await addRows();
    await lookAtTables(database, ['activity_logs', 'otp_logs']);
  }, 120_000);
  afterAll(() => migrated.close());

  async function addRows() {
    const activities = createActivityStore(migrated.database);
    const indexes = Array.from({ length: ROWS }, (_, index) => index);
    for (let from = 0; from < ROWS; from += 500) {
      const some = indexes.slice(from, from + 500);
      await activities.recordAll(some.map((i) => ({ activity: activityOf(i), at: timeOf(i) })));
      await migrated.database.models.OTPLog.bulkCreate(some.map(verificationRow));
    }
  }

  function verificationRow(index: number) {
    const createdAt = timeOf(index);
    const { codeDigest: otpHash, ...verification } = newVerification(createdAt, {
      accountId: accountOf(index),
      sessionId: `s-${Math.floor(index / 2) % 40}`,
      phoneNumber: phoneOf(Math.floor(index / 2)),
    });
    const status = index % 14 < 2 ? ('failed' as const) : ('verified' as const);
    const unknown = { companyName: null, ipAddress: null, userAgent: null };
    const times = { createdAt, updatedAt: createdAt };
    return { ...verification, ...unknown, ...times, region: 'ID', otpHash, status };
  }

  const filters: readonly [name: string, filter: LogFilter][] = [
    ['an account', {}],
    ['a session', { sessionId: 's-7' }],
    ['a number', { phoneNumber: phoneOf(7) }],
    ['a status', { status: 'error' }],
    ['a range', { from: timeOf(2000), to: timeOf(3000) }],
    ['a number in a range', { phoneNumber: phoneOf(7), from: timeOf(500), to: timeOf(5000) }],
  ];
  const lists = [
    ['activities', 'listActivities'],
    ['verifications', 'listVerifications'],
  ] as const;

  describe.each(lists)('reads pages of %s by an index, the first and a late one', (_, list) => {
    it.each(filters)('of %s', async (__, filter) => {
      const isOtp = list === 'listVerifications' && filter.status !== undefined;
      const of = { accountId: 'default', ...filter, ...(isOtp && { status: 'failed' }) };
      const { items, next } = await store[list](of, { limit: 5, before: undefined });
      expect(items).toHaveLength(5);
      expect(await findFaults()).toEqual([]);
      expect(next).toEqual({ at: items.at(-1)?.createdAt, id: items.at(-1)?.id });
      const before = { at: timeOf(2500), id: 2500 };
      expect((await store[list](of, { limit: 5, before })).items.length).toBeGreaterThan(2);
      expect(await findFaults()).toEqual([]);
    });

    it('of all accounts', async () => {
      await store[list]({}, { limit: 50, before: undefined });
      expect(await findFaults()).toEqual([]);
      await store[list]({}, { limit: 50, before: { at: timeOf(1000), id: 1000 } });
      expect(await findFaults()).toEqual([]);
    });
  });

  it('reads an action by an index', async () => {
    const of = { accountId: 'default', action: 'limit_hit' };
    await store.listActivities(of, { limit: 50, before: undefined });
    expect(await findFaults()).toEqual([]);
    await store.listActivities(of, { limit: 50, before: { at: timeOf(3000), id: 3000 } });
    expect(await findFaults()).toEqual([]);
  });

  it('would find a page that is not read by an index', async () => {
    const watched = watchReads(migrated.database);
    const sql = 'SELECT * FROM "activity_logs" WHERE "ipAddress" = $1 ORDER BY "details" LIMIT 5';
    await watched.database.statements.select(sql, ['::1']);
    expect(await watched.findFaults()).not.toEqual([]);
  });

  it('shows each row once, the newest first, though many have the same time', async () => {
    for (const limit of [3, 7, 500]) {
      const seen: number[] = [];
      let before: { at: Date; id: number } | undefined;
      do {
        const page = await store.listActivities(
          { accountId: 'default', action: 'otp_send' },
          { limit, before },
        );
        seen.push(...page.items.map(({ details }) => Number(details)));
        before = page.next;
      } while (before !== undefined);
      const own = Array.from({ length: ROWS }, (_, index) => index)
        .filter((index) => activityOf(index).action === 'otp_send' && index % 2 === 0)
        .reverse();
      expect(seen).toEqual(own);
    }
  });

  it('finds what every filter means, and nothing else', async () => {
    const all = { limit: ROWS, before: undefined };
    const count = async (filter: LogFilter) =>
      (await store.listActivities(filter, all)).items.length;
    const countOwn = (isMeant: (activity: Activity, at: Date) => boolean) =>
      Array.from({ length: ROWS }, (_, index) => index).filter((index) =>
        isMeant(activityOf(index), timeOf(index)),
      ).length;
    const [from, to] = [timeOf(1000), timeOf(2000)];
    expect(await count({})).toBe(ROWS);
    expect(await count({ from, to })).toBe(countOwn((_, at) => at >= from && at < to));
    expect(await count({ accountId: 'other', status: 'error', sessionId: 's-3' })).toBe(
      countOwn(
        (one) => one.accountId === 'other' && one.status === 'error' && one.sessionId === 's-3',
      ),
    );
  });
});
