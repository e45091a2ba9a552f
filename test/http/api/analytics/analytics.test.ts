import { afterAll, beforeAll, expect, it } from 'vitest';
import { countEvents } from '../../../../src/services/operations/maintenance.ts';
import { createActivityStore } from '../../../../src/storage/activity/activity-store.ts';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls } from '../../../support/http/otp-calls.ts';
import { createPeopleCalls } from '../../../support/http/users.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const nextNumber = createPhoneNumbers();

onOneDatabase('GET /api/analytics on %s', (dialect) => {
  let h: Harness;
  let access: ReturnType<typeof createAccessCalls>;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { OTP_RESEND_SECONDS: '0', LOG_LEVEL: 'warn' } });
    access = createAccessCalls(h);
    const otp = createOtpCalls(h);
    const [first, second] = [nextNumber(), nextNumber()];
    const code = await otp.sendCode(first);
    await otp.verify(first, code);
    await otp.sendCode(second);
    await otp.sendCode(second); // Replaces the one before.
    await h.client.post('/api/sessions', { sessionId: 'main' });
    await countEvents(h.maintenance);
  });
  afterAll(() => h.close());

  const read = (path: string, key = API_KEY) => access.as(key).get(`/api/analytics${path}`);

  const FUNNEL = {
    ...{ asked: 3, sent: 3, delivered: 0, read: 0, verified: 1, failed: 0, expired: 1 },
    ...{ deliveryRate: 0, readRate: 0, conversionRate: 0.3333 },
    deliveryMs: { p50: null, p95: null },
    verificationMs: { p50: expect.any(Number), p95: expect.any(Number) },
  };

  it('tells on the dashboard how things stand', async () => {
    const { status, body } = await read('/dashboard?timeZone=Asia/Jakarta');
    expect([status, body.data]).toEqual([
      200,
      {
        sessions: { total: 1, active: 0, inactive: 1 },
        messages: { total: 0, today: 0 },
        otp: { total: 3, today: 3 },
        relayed: { today: 0, failedToday: 0 },
        limitHits: { today: 0 },
        funnel: FUNNEL,
        byChannel: [{ channel: 'http', ...FUNNEL }],
        bySession: [{ sessionId: 'default', ...FUNNEL }],
        timeZone: 'Asia/Jakarta',
        timestamp: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('tells the funnel of a range, with times as the clocks of the zone show them', async () => {
    const { status, body } = await read('/funnel?by=hour&timeZone=Asia/Jakarta');
    const groups = body.data?.['groups'] as readonly { value: string; asked: number }[];
    expect([status, body.data?.['total']]).toEqual([200, FUNNEL]);
    expect(body.data).toMatchObject({ messages: 0, limitHits: 0 });
    expect(groups.filter(({ asked }) => asked > 0)).toHaveLength(1);
    expect(groups.map(({ value }) => value.slice(-6))).toEqual(groups.map(() => '+07:00'));
  });

  it('tells the messages and limits of an account, which no part of its codes has', async () => {
    const activities = createActivityStore(h.database);
    const at = h.now();
    const entry = { accountId: 'default', status: 'success' } as const;
    await activities.record({ ...entry, action: 'message_send', sessionId: 'other' }, at);
    await activities.record({ ...entry, action: 'limit_hit', status: 'error' }, at);
    await countEvents(h.maintenance);
    expect((await read('/funnel?by=channel')).body.data).toMatchObject({
      messages: 1,
      limitHits: 1,
    });
    for (const part of ['channel=http', 'sessionId=main', 'region=ID']) {
      const { data } = (await read(`/funnel?${part}`)).body;
      expect([part, data?.['messages'], data?.['limitHits']]).toEqual([part, null, null]);
    }
  });

  it('tells what a session has sent', async () => {
    const { status, body } = await read('/sessions/main/stats');
    const otp = { ...FUNNEL, asked: 0, sent: 0, verified: 0, expired: 0 };
    const nothing = {
      ...{ deliveryRate: null, readRate: null, conversionRate: null },
      verificationMs: { p50: null, p95: null },
    };
    const figures = { messages: { sent: 0, failed: 0 }, otp: { ...otp, ...nothing } };
    expect([status, body.data]).toMatchObject([
      200,
      { sessionId: 'main', state: 'unlinked', status: 'inactive', ...figures, ever: figures },
    ]);
    expect((await read('/sessions/nobody/stats')).body.code).toBe('session_not_found');
  });

  it.each([
    ['/dashboard?timeZone=Mars', 'timeZone'],
    ['/funnel?by=purpose', 'by'],
    ['/funnel?from=yesterday', 'from'],
    ['/funnel?from=2026-03-02&to=2026-03-01', 'from'],
    ['/funnel?from=2020-01-01', 'from'],
    ['/funnel?region=Indonesia', 'region'],
    ['/dashboard?zone=UTC', 'zone'],
  ])('refuses %s and names the field', async (path, field) => {
    const { status, body } = await read(path);
    expect([status, body.errors?.map((error) => error.path)]).toEqual([400, [field]]);
  });

  it('shows an account nothing of another, and an operator both', async () => {
    const people = createPeopleCalls(h);
    const enter = async (role: string, accountId: string) =>
      (await people.enter((await people.makePerson({ role, accountId })).email)).accessToken;
    const asked = async (token: string, query = '') => {
      const response = await fetch(`${h.url}/api/analytics/funnel${query}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { data } = (await response.json()) as { data: { total: { asked: number } } };
      return data.total.asked;
    };
    const stranger = await enter('USER', 'shop');
    const operator = await enter('ADMIN', 'office');
    expect([await asked(stranger), await asked(stranger, '?accountId=default')]).toEqual([0, 0]);
    expect([await asked(operator), await asked(operator, '?accountId=shop')]).toEqual([3, 0]);
    expect([await asked(API_KEY), await asked(API_KEY, '?accountId=shop')]).toEqual([3, 0]);
  });

  it('refuses a key that is held to a part of its account', async () => {
    const scopes = ['analytics:read'];
    const { secret } = await access.createKey({ scopes, purposes: ['login'] });
    const held = await read('/dashboard', secret);
    expect([held.status, held.body.message]).toEqual([
      403,
      expect.stringContaining('restricted to'),
    ]);
    const free = await access.createKey({ scopes });
    expect((await read('/dashboard', free.secret)).status).toBe(200);
  });
});
