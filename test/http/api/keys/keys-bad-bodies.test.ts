import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpEffects } from '../../../support/database/table-dump.ts';
import { type AccessCalls, createAccessCalls } from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

let h: Harness;
let access: AccessCalls;

beforeAll(async () => {
  h = await createHarness();
  access = createAccessCalls(h);
});
afterAll(() => h.close());

type Fields = Readonly<Record<string, unknown>>;

const many = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

const badKeys: [what: string, fields: Fields, path: string][] = [
  ['no name', { name: undefined }, 'name'],
  ['an empty name', { name: '' }, 'name'],
  ['a blank name', { name: ' ' }, 'name'],
  ['a name of 121 characters', { name: 'x'.repeat(121) }, 'name'],
  ['a name with a line break', { name: 'a\nb' }, 'name'],
  ['a name that turns the line around', { name: 'a\u202eb' }, 'name'],
  ['a name that is no text', { name: 1 }, 'name'],
  ['no scopes', { scopes: undefined }, 'scopes'],
  ['an empty list of scopes', { scopes: [] }, 'scopes'],
  ['a scope that is not known', { scopes: ['otp:send', 'operate'] }, 'scopes.1'],
  ['scopes in one text', { scopes: 'otp:send' }, 'scopes'],
  ['* and another scope', { scopes: ['*', 'otp:send'] }, 'scopes'],
  ['a test key for everything', { mode: 'test', scopes: ['*'] }, 'scopes'],
  ['a test key for keys', { mode: 'test', scopes: ['otp:send', 'keys:manage'] }, 'scopes'],
  ['another mode', { mode: 'prod' }, 'mode'],
  ['an empty list of sessions', { sessions: [] }, 'sessions'],
  ['a session on record elsewhere', { sessions: ['other~shop'] }, 'sessions.0'],
  ['101 sessions', { sessions: many(101) }, 'sessions'],
  ['a purpose in capitals', { purposes: ['Login'] }, 'purposes.0'],
  ['a region in small letters', { regions: ['id'] }, 'regions.0'],
  ['all regions as a star', { regions: ['*'] }, 'regions.0'],
  ['what is no network', { networks: ['10.0.0.0/8', 'localhost'] }, 'networks.1'],
  ['an octal address', { networks: ['010.0.0.1'] }, 'networks.0'],
  ['an empty list of networks', { networks: [] }, 'networks'],
  ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  ['an end without a zone', { expiresAt: '2099-01-01T00:00:00' }, 'expiresAt'],
  ['an end in another zone', { expiresAt: '9999-12-31T23:59:59-12:00' }, 'expiresAt'],
  ['a date without a time', { expiresAt: '2099-01-01' }, 'expiresAt'],
  ['a day that is not', { expiresAt: '2099-02-30T00:00:00Z' }, 'expiresAt'],
  ['an end as a number', { expiresAt: 4102444800 }, 'expiresAt'],
  ['a key of its own', { secret: `wv_live_${'a'.repeat(43)}` }, 'secret'],
  ['an account', { accountId: 'other' }, 'accountId'],
  ['an id', { keyId: 'mine' }, 'keyId'],
];

describe('making a key', () => {
  it.each(badKeys)('is refused with %s', async (_, fields, path) => {
    const before = await dumpEffects(h, ['api_keys', 'activity_logs']);
    const { status, body } = await access.make({ scopes: ['otp:send'], ...fields });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.map((error) => error.path)).toContain(path);
    expect(await dumpEffects(h, ['api_keys', 'activity_logs'])).toBe(before);
  });

  it('says why an IPv6 network is too narrow', async () => {
    const { body } = await access.make({ networks: ['2001:db8::1'] });
    expect(body.message).toMatch(/^networks\.0: IPv6 clients are identified by their \/64/);
  });
});

describe('rotating a key', () => {
  it.each([
    ['a time that is over', { overlapSeconds: -1 }],
    ['more than a week', { overlapSeconds: 604_801 }],
    ['half a second', { overlapSeconds: 0.5 }],
    ['a text', { overlapSeconds: '60' }],
    ['another field', { scopes: ['*'] }],
  ])('is refused with %s', async (_, fields) => {
    const { keyId } = await access.createKey({ scopes: ['otp:send'] });
    const { status, body } = await access.rotate(keyId, fields);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect((await access.find(keyId)).body.data).toMatchObject({ rotatedTo: null });
  });

  it('needs no body, since all of its fields are optional', async () => {
    const { keyId } = await access.createKey({ scopes: ['otp:send'] });
    const path = `/api/keys/${keyId}/rotate`;
    const answer = await h.client.call({ method: 'POST', path, headers: access.bootstrap });
    expect(answer.status).toBe(201);
    expect((await access.rotate(keyId)).body.code).toBe('key_not_active');
  });
});

describe('asking for keys', () => {
  it.each([
    '?limit=0',
    '?limit=501',
    '?limit=x',
    '?cursor=x',
    '?state=live',
    '?mode=all',
    '?accountId=other',
    '?state=active&state=revoked',
  ])('is refused with %s', async (query) => {
    const { status, body } = await access.list(query);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('is refused by what cannot be a key, and finds nothing by what is none', async () => {
    for (const keyId of ['a'.repeat(33), 'a%2Fb', "'%20OR%20'1", 'a.b']) {
      expect([keyId, (await access.find(keyId)).status]).toEqual([keyId, 400]);
    }
    expect((await access.find('nobody')).status).toBe(404);
    expect((await h.client.get('/api/keys/nobody?secret=true')).status).toBe(400);
  });
});
