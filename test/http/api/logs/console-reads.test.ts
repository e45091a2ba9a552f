import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { createActivityReader, type ReadRows } from '../../../support/http/activity-rows.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createUsageCalls } from '../../../support/http/usage-calls.ts';
import { bearer, createPeopleCalls } from '../../../support/http/users.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

const CONSOLE = { 'x-waverify-console': 'true' };

const READS = [
  ...['/api/auth/me', '/api/sessions', '/api/analytics/dashboard', '/api/usage', '/api/keys'],
  ...['/api/webhooks', '/api/hooks', '/api/test-numbers', '/api/templates'],
  ...['/api/channels/ready', '/api/analytics/conversion-drops'],
  '/api/accounts/default/workflow',
];
const READS_OF_OPERATORS = ['/api/accounts', '/api/accounts/default/sender'];

const toRoute = (path: string) => path.replace('/accounts/default/', '/accounts/:accountId/');
const toLogged = (paths: readonly string[]) => paths.map((path) => `GET ${toRoute(path)}`).sort();

onOneDatabase('reads of the console on %s', (dialect) => {
  const nextNumber = createPhoneNumbers();
  let h: Harness;
  let readRows: ReadRows;
  let user: Record<string, string>;
  let operator: Record<string, string>;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    readRows = createActivityReader(h);
    const people = createPeopleCalls(h);
    const signIn = async (fields: Readonly<Record<string, unknown>>) => {
      const { email } = await people.makePerson(fields);
      return bearer((await people.enter(email)).accessToken);
    };
    user = await signIn({ role: 'USER', accountId: 'default' });
    operator = await signIn({ role: 'ADMIN' });
  });
  afterAll(() => h.close());
  beforeEach(async () => {
    await readRows();
  });

  it('are neither in the activity log nor in the usage, and do not hide those of other programs', async () => {
    const usage = createUsageCalls(h);
    await usage.clear();
    const get = async (path: string, headers: Record<string, string>) =>
      (await h.client.call({ method: 'GET', path, headers })).status;
    for (const path of READS) expect(await get(path, { ...user, ...CONSOLE })).toBe(200);
    expect(await readRows()).toEqual([]);
    expect(await usage.readCalls()).toEqual([]);
    await readRows();
    for (const path of READS_OF_OPERATORS) {
      expect(await get(path, { ...operator, ...CONSOLE })).toBe(200);
    }
    expect(await readRows('api_call')).toEqual([]);
    await usage.clear();
    for (const path of READS) await get(path, user);
    expect(await usage.readCalls()).toHaveLength(READS.length);
    expect((await readRows()).map(({ details }) => details).sort()).toEqual(toLogged(READS));
  });

  it('are only those of users: an API key cannot hide what it reads with the header', async () => {
    const { secret } = await createAccessCalls(h).createKey({ scopes: ['*'] });
    await readRows();
    const { get } = createAccessCalls(h).as(secret);
    for (const path of READS) expect((await get(path, CONSOLE)).status).toBe(200);
    expect((await readRows()).map(({ details }) => details).sort()).toEqual(toLogged(READS));
  });

  it('are logged if they show recipients, and so is everything that changes something', async () => {
    const usage = createUsageCalls(h);
    await usage.clear();
    const phoneNumber = nextNumber();
    const console = { ...user, ...CONSOLE };
    const get = (path: string) => h.client.call({ method: 'GET', path, headers: console });
    await get(`/api/recipients/${encodeURIComponent(phoneNumber)}`);
    await get('/api/analytics/logs/otp');
    await get('/api/analytics/export?log=otp');
    await h.client.post('/api/sessions', { sessionId: 'desk' }, CONSOLE);
    const rows = await readRows('api_call');
    expect(rows.map(({ details }) => details)).toEqual([
      ...['GET /api/recipients/:phoneNumber', 'GET /api/analytics/logs/otp'],
      ...['GET /api/analytics/export', 'POST /api/sessions'],
    ]);
    // What is done on purpose is counted, too.
    expect(await usage.readCalls()).toEqual([
      ...['GET /api/analytics/export 200: 1', 'GET /api/recipients/:phoneNumber 200: 1'],
      'POST /api/sessions 201: 1',
    ]);
  });

  it('are logged if they are refused', async () => {
    const access = createAccessCalls(h);
    const { secret } = await access.createKey({ scopes: ['otp:send'] });
    await readRows();
    expect((await access.as(secret).get('/api/keys', CONSOLE)).status).toBe(403);
    const rows = await readRows('api_call');
    expect(rows.map(({ details, status }) => [details, status])).toEqual([
      ['GET /api/keys', 'error'],
    ]);
  });

  it('can be left out of the log together with all calls that are nothing else', async () => {
    await h.client.post('/api/sessions', { sessionId: 'second' });
    await h.client.get('/api/channels');
    await h.activity.flush();
    const read = async (query: string) => {
      const { body } = await h.client.get(`/api/analytics/logs/activity?${query}`);
      const items = body.data?.['items'] as readonly { action: string }[];
      return items.map(({ action }) => action);
    };
    expect(await read('')).toContain('api_call');
    expect(await read('calls=true')).toContain('api_call');
    const others = await read('calls=false');
    expect(others).toContain('session_create');
    expect(others).not.toContain('api_call');
    const refused = await h.client.get('/api/analytics/export?log=otp&calls=false');
    expect([refused.status, refused.body.errors?.[0]?.path]).toEqual([400, 'calls']);
    expect(new Set(await read('calls=false&action=api_call'))).toEqual(new Set(['api_call']));
  });
});
