import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Usage } from '../../../../src/storage/analytics/usage-store.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import {
  createUsageCalls,
  hoursLater,
  type UsageCalls,
} from '../../../support/http/usage-calls.ts';

onOneDatabase('GET /api/usage (%s)', (dialect) => {
  let h: Harness;
  let usage: UsageCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    usage = createUsageCalls(h);
  });
  afterAll(() => h.close());
  beforeEach(() => usage.clear());

  it('shows each entry with its caller, its times and the hour it is of', async () => {
    await usage.addInTurn({}, { durationSum: 1, durationMax: 1, requests: 3 });
    const { items, nextCursor, totals } = await usage.ask();
    expect(items).toEqual([
      {
        hour: '2026-03-01T12:00:00.000Z',
        accountId: 'default',
        principal: { kind: 'key', id: 'first-key' },
        method: 'POST',
        route: '/api/otp/send',
        status: 200,
        requests: 7,
        averageMs: 1.6,
        maxMs: 6,
      },
    ]);
    expect(nextCursor).toBeNull();
    const noErrors = { clientErrors: 0, serverErrors: 0 };
    expect(totals).toEqual({ requests: 7, failures: 0, ...noErrors, averageMs: 1.6 });
  });

  it('filters by time, caller, method, route, status and account', async () => {
    const odd: Partial<Usage> = { requests: 1, durationSum: 2 };
    await usage.addInTurn(
      { hour: hoursLater(3), ...odd },
      { principal: 'user:7', ...odd },
      { principal: 'key:other-key', ...odd },
      { method: 'GET', ...odd },
      { route: '/api/otp/status/:phoneNumber', ...odd },
      { statusCode: 503, ...odd },
      {},
    );
    for (const query of [
      '?from=2026-03-01T15:00:00Z',
      '?from=2026-03-01T22:00:00%2B07:00',
      '?userId=7',
      '?keyId=other-key',
      '?method=GET',
      '?route=/api/otp/status/:phoneNumber',
      '?route=%2Fapi%2Fotp%2Fstatus%2F%3AphoneNumber',
      '?status=503',
      '?accountId=default&status=503&to=2026-03-01T12:00:00.001Z',
    ]) {
      const { items, totals } = await usage.ask(query);
      expect([query, items.length]).toEqual([query, 1]);
      const failures = query.includes('503') ? 1 : 0;
      const errors = { clientErrors: 0, serverErrors: failures };
      expect(totals).toEqual({ requests: 1, failures, ...errors, averageMs: 2 });
    }
    expect((await usage.ask('?to=2026-03-01T15:00:00Z')).items).toHaveLength(6);
    const nothing = { requests: 0, failures: 0, averageMs: null };
    expect(await usage.ask('?status=418')).toMatchObject({
      items: [],
      nextCursor: null,
      totals: nothing,
    });
    expect((await usage.ask('?keyId=7')).items).toEqual([]);
  });

  it('sums by hour, route and caller, with the errors of callers and of the service apart', async () => {
    const once: Partial<Usage> = { requests: 1, durationSum: 2, durationMax: 2 };
    await usage.addInTurn(
      {},
      { hour: hoursLater(1), ...once, statusCode: 404 },
      { principal: 'user:7', ...once, statusCode: 500 },
      { route: '/api/otp/verify', ...once, statusCode: 429 },
    );
    const groupsBy = async (by: string) => (await usage.ask(`?by=${by}&limit=1`)).groups;
    const sums = { failures: 2, clientErrors: 1, serverErrors: 1 };
    expect(await groupsBy('hour')).toMatchObject([
      { value: '2026-03-01T12:00:00.000Z', requests: 6, ...sums },
      { value: '2026-03-01T13:00:00.000Z', requests: 1, clientErrors: 1, serverErrors: 0 },
    ]);
    expect(await groupsBy('route')).toMatchObject([
      { value: '/api/otp/send', requests: 6, ...sums, maxMs: 6 },
      { value: '/api/otp/verify', requests: 1, clientErrors: 1, averageMs: 2, maxMs: 2 },
    ]);
    expect(await groupsBy('caller')).toMatchObject([
      { value: 'key:first-key', requests: 6, clientErrors: 2, serverErrors: 0 },
      { value: 'user:7', requests: 1, clientErrors: 0, serverErrors: 1 },
    ]);
    expect((await usage.ask()).groups).toBeNull();
  });

  it('returns at most 1,000 groups: the latest hours, or the callers with the most requests', async () => {
    const { statements } = h.database;
    const callers = Array.from({ length: 1003 }, (_, index) => `key:caller-${index}`);
    const columns = ['usageKey', 'hour', 'accountId', 'principal', 'method', 'route', 'statusCode'];
    const more = ['requests', 'durationSum', 'durationMax', 'createdAt', 'updatedAt'];
    await statements.insertAll({
      ...{ table: 'api_usage', columns: [...columns, ...more] },
      rows: callers.map((principal, index) => [
        ...[`usage-${index}`, hoursLater(index), 'default', principal, 'GET', '/api/keys', 200],
        ...[index + 1, 1, 1, hoursLater(0), hoursLater(0)],
      ]),
    });
    const requests = (1003 * 1004) / 2;
    for (const by of ['caller', 'hour']) {
      const page = await usage.ask(`?by=${by}&limit=1`);
      expect([page.groups?.length, page.groupsLeftOut]).toEqual([1000, 3]);
      expect(Math.min(...(page.groups ?? []).map((group) => Number(group['requests'])))).toBe(4);
      expect(page.totals).toMatchObject({ requests });
    }
    const page = await usage.ask('?by=route');
    expect([page.groups?.length, page.groupsLeftOut]).toEqual([1, 0]);
  });

  it('hands the entries out in pages with the totals of all, and none twice', async () => {
    await usage.addInTurn(
      ...Array.from({ length: 5 }, (_, index) => ({ statusCode: 201 + index })),
    );
    const statuses: unknown[] = [];
    for (let query = '?limit=2'; query !== ''; ) {
      const { items, nextCursor, totals } = await usage.ask(query);
      statuses.push(...items.map(({ status }) => status));
      expect(totals?.['requests']).toBe(20);
      await usage.addInTurn({ statusCode: 201, requests: 0 });
      query = nextCursor === null ? '' : `?limit=2&cursor=${nextCursor}`;
    }
    expect(statuses).toEqual([205, 204, 203, 202, 201]);
  });

  it.each([
    ['an unknown parameter', 'summary=true'],
    ['a repeated parameter', 'status=200&status=400'],
    ['a time that is none', 'from=yesterday'],
    ['a day without a time', 'from=2026-03-01'],
    ['a day that is not in the calendar', 'to=2026-02-30T00:00:00Z'],
    ['a time before computers', 'from=0000-01-01T00:00:00Z'],
    ['a time that a database cannot hold', 'to=9999-12-31T23:59:59-23:59'],
    ['a method that is none', 'method=FETCH'],
    ['a method in small letters', 'method=get'],
    ['an empty route', 'route='],
    ['a route that is too long', `route=${'x'.repeat(129)}`],
    ['a status that is none', 'status=99'],
    ['a status that is a word', 'status=ok'],
    ['half a status', 'status=200.5'],
    ['an empty status', 'status='],
    ['a key id that is none', 'keyId=a%20b'],
    ['an empty user id', 'userId='],
    ['two callers', 'keyId=a&userId=b'],
    ['an account that is none', 'accountId=%00'],
    ['no entries', 'limit=0'],
    ['too many entries', 'limit=501'],
    ['a cursor that nobody gave', 'cursor=abc'],
    ['an empty cursor', 'cursor='],
    ['a cursor beyond all ids', `cursor=${Buffer.from('id:2147483648').toString('base64url')}`],
  ])('refuses %s', async (_, query) => {
    const { status, body } = await h.client.get(`/api/usage?${query}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.[0]?.path).toBe(
      query.startsWith('keyId=a&') ? 'userId' : query.split('=')[0],
    );
  });
});
