import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import { createAccessCalls } from '../../../support/http/access-calls.ts';
import { API_KEY } from '../../../support/http/client.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';
import { createOtpCalls, inParallel, type OtpCalls } from '../../../support/http/otp-calls.ts';
import { createUsageCalls, type UsageCalls } from '../../../support/http/usage-calls.ts';
import { createPhoneNumbers } from '../../../support/phone-numbers.ts';

onEveryDatabase('usage (%s)', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let h: Harness;
  let usage: UsageCalls;
  let otp: OtpCalls;
  const nextNumber = createPhoneNumbers();

  beforeAll(async () => {
    h = await createHarness({ dialect });
    usage = createUsageCalls(h);
    otp = createOtpCalls(h);
  });
  afterAll(() => h.close());
  beforeEach(() => usage.clear());

  itOnOne('tells what was called, by patterns that hold no number', async () => {
    const phone = nextNumber();
    const code = await otp.sendCode(phone);
    await otp.status(phone);
    await otp.status(phone);
    await otp.verify(phone, code);
    await otp.verify(phone, code);
    await h.client.post('/api/otp/send', { phoneNumber: 'nobody' });
    expect(await usage.readCalls()).toEqual([
      'GET /api/otp/status/:phoneNumber 200: 2',
      'POST /api/otp/send 200: 1',
      'POST /api/otp/send 400: 1',
      'POST /api/otp/verify 200: 1',
      'POST /api/otp/verify 400: 1',
    ]);
    expect((await usage.ask()).raw).not.toMatch(/\d{6,}(?!Z)/);
  });

  itOnOne('counts neither strangers nor what nobody answers', async () => {
    await h.client.call({ method: 'GET', path: '/api/sessions' });
    await h.client.call({
      method: 'GET',
      path: '/api/sessions',
      headers: { 'x-api-key': 'wrong' },
    });
    await h.client.get('/api/health');
    await h.client.get('/api/nothing');
    await h.client.get('//api/sessions');
    await h.client.call({
      method: 'PUT',
      path: '/api/sessions',
      headers: { 'x-api-key': API_KEY },
    });
    await h.client.call({ method: 'OPTIONS', path: '/api/sessions' });
    expect(await usage.readCalls()).toEqual([]);
  });

  itOnOne('counts HEAD by itself, on the route that answers it', async () => {
    await h.client.call({
      method: 'HEAD',
      path: '/api/sessions',
      headers: { 'x-api-key': API_KEY },
    });
    await h.client.get('/api/sessions');
    expect(await usage.readCalls()).toEqual([
      'GET /api/sessions 200: 1',
      'HEAD /api/sessions 200: 1',
    ]);
    expect((await usage.ask('?method=HEAD')).items).toHaveLength(1);
  });

  itOnOne('calls the key of the environment by no id', async () => {
    await h.client.get('/api/sessions');
    await h.usage.flush();
    const [entry] = (await usage.ask()).items;
    expect(entry).toMatchObject({ principal: { kind: 'bootstrap', id: null } });
  });

  itOnOne('tells what each key was used for, also what it was refused', async () => {
    const { createKey, as } = createAccessCalls(h);
    const key = await createKey({ scopes: ['otp:send'] });
    const calls = as(key.secret);
    await calls.get('/api/usage');
    await calls.get('/api/sessions');
    await calls.get(`/api/otp/status/${encodeURIComponent(nextNumber())}`);
    await h.usage.flush();
    const { items, totals } = await usage.ask(`?keyId=${key.keyId}`);
    expect(items.map(({ route, status }) => `${route} ${status}`).sort()).toEqual([
      '/api/otp/status/:phoneNumber 200',
      '/api/sessions 403',
      '/api/usage 403',
    ]);
    expect(items[0]?.['principal']).toEqual({ kind: 'key', id: key.keyId });
    expect(totals).toMatchObject({ requests: 3, failures: 2 });
  });

  it('counts every one of many parallel requests', async () => {
    await inParallel(100, () => h.client.get('/api/sessions'));
    expect(await usage.readCalls()).toEqual(['GET /api/sessions 200: 100']);
  });
});
