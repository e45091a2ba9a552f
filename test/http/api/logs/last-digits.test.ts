import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, type OtpCalls } from '../../../support/http/otp-calls.ts';
import { createPeopleCalls } from '../../../support/http/users.ts';

/** Two numbers with the same last four digits, and one with others. */
const NUMBERS = ['+6281234567890', '+6281299997890', '+6281234561234'];

onOneDatabase('codes by the last digits of a number on %s', (dialect) => {
  let h: Harness;
  let otp: OtpCalls;
  let access: ReturnType<typeof createAccessCalls>;

  beforeAll(async () => {
    h = await createHarness({ dialect, env: { LIMIT_SENDS_PER_PREFIX_HOUR: '0' } });
    otp = createOtpCalls(h);
    access = createAccessCalls(h);
    for (const phoneNumber of NUMBERS) await otp.send(phoneNumber);
  });
  afterAll(() => h.close());

  const path = (query: string) => `/api/analytics/logs/otp?${query}`;
  const ask = (query: string, key = API_KEY) => access.as(key).get(path(query));
  async function find(query: string, key?: string) {
    const { status, body, raw } = await ask(query, key);
    if (status !== 200) throw new Error(raw);
    const { items } = body.data as { items: readonly { phoneNumber: string }[] };
    return items.map(({ phoneNumber }) => phoneNumber).sort();
  }

  it('are found by four digits or more, also as a file', async () => {
    expect(await find('lastDigits=7890')).toEqual([NUMBERS[0], NUMBERS[1]]);
    expect(await find('lastDigits=67890')).toEqual([NUMBERS[0]]);
    expect(await find('lastDigits=6281234567890')).toEqual([NUMBERS[0]]);
    expect(await find('lastDigits=7890&status=verified')).toEqual([]);
    expect(await find('lastDigits=0000')).toEqual([]);
    const { raw } = await h.client.get('/api/analytics/export?log=otp&lastDigits=1234');
    expect([raw.includes(NUMBERS[2] ?? ''), raw.includes(NUMBERS[0] ?? '')]).toEqual([true, false]);
  });

  it.each([
    ['lastDigits=789', 'lastDigits'],
    ['lastDigits=%25890', 'lastDigits'],
    ['lastDigits=7890&phoneNumber=%2B6281234567890', 'lastDigits'],
    ['lastDigits=7890&email=ann@example.com', 'lastDigits'],
  ])('are not looked for by %s', async (query, field) => {
    const { status, body } = await ask(query);
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([400, 'validation_failed', field]);
  });

  it('are found by no more digits than the caller sees', async () => {
    const { secret: key } = await access.createKey({ scopes: ['analytics:read'] });
    expect(await find('lastDigits=7890', key)).toEqual(['+62812****7890', '+62812****7890']);
    // Otherwise the hidden digits could be guessed one by one.
    const { status, body } = await ask('lastDigits=67890', key);
    expect([status, body.errors?.[0]?.path]).toEqual([400, 'lastDigits']);
  });

  it('are found in one account only, which operators must name', async () => {
    const people = createPeopleCalls(h);
    const { email } = await people.makePerson({ role: 'ADMIN' });
    const { accessToken } = await people.enter(email);
    const get = (query: string) => people.get(path(query), accessToken);
    expect((await get('lastDigits=7890')).status).toBe(400);
    const { body } = await get('lastDigits=7890&accountId=default');
    expect(body.data?.['items']).toHaveLength(2);
    expect((await get('lastDigits=7890&accountId=shop')).body.data?.['items']).toEqual([]);
  });

  it('are gone after the recipient was erased', async () => {
    const [first = '', second] = NUMBERS;
    await h.client.delete(`/api/recipients/${encodeURIComponent(first)}`);
    expect(await find('lastDigits=7890')).toEqual([second]);
    const rows = await h.database.statements.select(
      `SELECT COUNT(*) AS "count" FROM "otp_logs" WHERE "lastDigits" = '7890'`,
      [],
    );
    expect(Number(rows[0]?.['count'])).toBe(1);
  });
});
