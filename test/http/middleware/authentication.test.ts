import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY } from '../../support/http/client.ts';
import { createHarness, type Harness } from '../../support/http/harness.ts';

const BROWSER_ROUTES = ['/api/docs', '/api/openapi.json'];
const KEYED_ROUTES = ['/api/otp/status/081234567890', '/api/health/ready', '/metrics'];

let h: Harness;

beforeAll(async () => {
  h = await createHarness();
});
afterAll(() => h.close());

type Headers = Readonly<Record<string, string>>;

const get = (path: string, headers: Headers = {}) =>
  h.client.call({ method: 'GET', path, headers });
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

const goodKeys: [how: string, headers: Headers][] = [
  ['X-API-Key', { 'x-api-key': API_KEY }],
  ['a bearer token', { authorization: `Bearer ${API_KEY}` }],
];

const badKeys: [how: string, headers: Headers][] = [
  ['no key', {}],
  ['an empty key', { 'x-api-key': '' }],
  ['a wrong key', { 'x-api-key': 'wrong' }],
  ['a key in upper case', { 'x-api-key': API_KEY.toUpperCase() }],
  ['a part of the key', { 'x-api-key': API_KEY.slice(0, -1) }],
  ['a key and more', { 'x-api-key': `${API_KEY}0` }],
  ['an empty bearer token', { authorization: 'Bearer ' }],
  ['a wrong bearer token', { authorization: 'Bearer wrong' }],
  ['the key without a scheme', { authorization: API_KEY }],
  [
    'a wrong key beside the right token',
    { 'x-api-key': 'wrong', authorization: `Bearer ${API_KEY}` },
  ],
  ['the key in a cookie', { cookie: `x-api-key=${API_KEY}` }],
];

describe('a route behind the key', () => {
  it.each(goodKeys)('lets in who shows it as %s', async (_, headers) => {
    for (const path of [...KEYED_ROUTES, ...BROWSER_ROUTES]) {
      expect([path, (await get(path, headers)).status]).toEqual([path, 200]);
    }
  });

  it.each(badKeys)('turns away who shows %s', async (_, headers) => {
    for (const path of KEYED_ROUTES) {
      const { status, body, headers: answered } = await get(path, headers);
      expect([path, status, body.code]).toEqual([path, 401, 'unauthorized']);
      expect(answered['www-authenticate']).toBe('Bearer realm="waverify"');
    }
    for (const path of BROWSER_ROUTES) {
      expect([path, (await get(path, headers)).status]).toEqual([path, 401]);
    }
  });

  it('says whether a key is missing, wrong or written with a scheme', async () => {
    const [path = ''] = KEYED_ROUTES;
    const tell = async (headers: Headers) => (await get(path, headers)).body.message;
    const missing = await tell({});
    expect(missing).toMatch(/X-API-Key.*Bearer/);
    expect(await tell({ 'x-api-key': '' })).toBe(missing);
    const wrong = await tell({ 'x-api-key': 'wrong' });
    expect(wrong).toMatch(/not a valid/);
    expect(await tell({ authorization: 'Bearer wrong' })).toBe(wrong);
    const withScheme = { 'x-api-key': `Bearer ${API_KEY}` };
    expect(await tell(withScheme)).toMatch(/X-API-Key.*Bearer/);
    expect(await tell(withScheme)).not.toBe(missing);
  });

  it('says of a key that was revoked what it says of one that never was', async () => {
    const [path = ''] = KEYED_ROUTES;
    const made = await h.client.post('/api/keys', { name: 'shop', scopes: ['otp:verify'] });
    const key = String(made.body.data?.['key']);
    const removed = await h.client.delete(`/api/keys/${made.body.data?.['keyId']}`);
    expect(removed.status).toBe(200);
    const revoked = await get(path, { 'x-api-key': key });
    const unknown = await get(path, { 'x-api-key': `wv_live_${'x'.repeat(43)}` });
    expect([revoked.status, revoked.body.message]).toEqual([401, unknown.body.message]);
  });

  it('takes no key from the address', async () => {
    for (const name of ['x-api-key', 'api_key', 'key', 'access_token']) {
      expect((await get(`/api/otp/status/081234567890?${name}=${API_KEY}`)).status).toBe(401);
    }
  });

  it('turns a request away before it reads its body', async () => {
    const answer = await h.client.call({
      method: 'POST',
      path: '/api/otp/send',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(20_000),
    });
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
  });
});

describe('a browser', () => {
  it.each(BROWSER_ROUTES)(
    'is asked for a password at %s, and let in with the key',
    async (path) => {
      const asked = await get(path);
      expect(asked.status).toBe(401);
      expect(asked.headers['www-authenticate']).toMatch(/^Basic realm="waverify"/);
      expect((await get(path, basic('anybody', API_KEY))).status).toBe(200);
      expect((await get(path, basic('', API_KEY))).status).toBe(200);
    },
  );

  it.each(BROWSER_ROUTES)('is not let in at %s with another password', async (path) => {
    for (const password of ['', 'wrong', `${API_KEY} `]) {
      expect((await get(path, basic('admin', password))).status).toBe(401);
    }
    expect((await get(path, basic(API_KEY, 'x'))).status).toBe(401);
  });

  it('is not let into the API itself by a password', async () => {
    for (const path of KEYED_ROUTES) {
      const { status, headers } = await get(path, basic('anybody', API_KEY));
      expect([path, status]).toEqual([path, 401]);
      expect(headers['www-authenticate']).not.toMatch(/Basic/);
    }
  });
});

describe('an address that needs no key', () => {
  it.each(['/api/health', '/api/health/live'])('is %s', async (path) => {
    const { status, body } = await get(path);
    expect([status, body.success]).toEqual([200, true]);
  });

  it('tells nothing there about the inside', async () => {
    const { body } = await get('/api/health');
    expect(Object.keys(body.data ?? {}).sort()).toEqual(['database', 'status', 'time', 'writes']);
  });
});

describe('an address that is not there', () => {
  it.each([
    '/api',
    '/api/otp',
    '/api/otp/login',
    '/nothing',
    '//api/health',
    '/API/health',
    '/api/Health',
    '/api/health/',
  ])('is answered with 404 and no question for a key: %s', async (path) => {
    const { status, body, headers } = await get(path);
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(headers['www-authenticate']).toBeUndefined();
  });
});

describe('a method that a route does not know', () => {
  it.each([
    ['GET', '/api/otp/send', 'POST'],
    ['DELETE', '/api/otp/verify', 'POST'],
    ['PUT', '/api/messages/a/otp', 'POST'],
    ['POST', '/api/otp/status/081234567890', 'GET, HEAD'],
    ['POST', '/api/health', 'GET, HEAD'],
  ])('is answered with 405 and what it knows: %s %s', async (method, path, allow) => {
    const answer = await h.client.call({ method, path });
    expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
    expect(answer.headers['allow']).toBe(allow);
  });

  it.each(['/metrics', '/api/openapi.json', '/api/docs'])(
    'is 405 with the key at %s',
    async (path) => {
      const answer = await h.client.call({
        method: 'POST',
        path,
        headers: { 'x-api-key': API_KEY },
      });
      expect([answer.status, answer.body.code]).toEqual([405, 'method_not_allowed']);
    },
  );

  it('does not keep HEAD from being GET without a body', async () => {
    const answer = await h.client.call({ method: 'HEAD', path: '/api/health' });
    expect([answer.status, answer.raw]).toEqual([200, '']);
    const locked = await h.client.call({ method: 'HEAD', path: '/api/health/ready' });
    expect(locked.status).toBe(401);
  });
});
