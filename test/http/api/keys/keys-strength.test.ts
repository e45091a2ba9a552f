import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootCaller } from '../../../../src/domain/access/caller.ts';
import { createKey, revokeKey } from '../../../../src/services/access/api-keys/manage-keys.ts';
import { dumpTables } from '../../../support/database/table-dump.ts';
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

const SOON = '2098-01-01T00:00:00Z';
const LATER = '2099-01-01T00:00:00Z';
const SEND = { scopes: ['otp:send'] };
const MANAGER = { scopes: ['keys:manage', 'otp:send'] };

const beyond: [what: string, holder: Fields, asked: Fields, part: string][] = [
  ['another scope', MANAGER, { scopes: ['otp:send', 'otp:verify'] }, 'scopes'],
  ['all scopes', MANAGER, { scopes: ['*'] }, 'scopes'],
  ['any session', { ...MANAGER, sessions: ['a'] }, SEND, 'sessions'],
  [
    'another session',
    { ...MANAGER, sessions: ['a'] },
    { ...SEND, sessions: ['a', 'b'] },
    'sessions',
  ],
  ['any purpose', { ...MANAGER, purposes: ['login'] }, SEND, 'purposes'],
  [
    'another purpose',
    { ...MANAGER, purposes: ['login'] },
    { ...SEND, purposes: ['pay'] },
    'purposes',
  ],
  ['any region', { ...MANAGER, regions: ['ID'] }, SEND, 'regions'],
  ['another region', { scopes: ['*'], regions: ['ID'] }, { ...SEND, regions: ['SG'] }, 'regions'],
  ['any network', { ...MANAGER, networks: ['127.0.0.0/8'] }, SEND, 'networks'],
  [
    'a wider network',
    { ...MANAGER, networks: ['127.0.0.0/8'] },
    { ...SEND, networks: ['126.0.0.0/7'] },
    'networks',
  ],
  [
    'a network more',
    { ...MANAGER, networks: ['127.0.0.0/8'] },
    { ...SEND, networks: ['127.0.0.0/16', '10.0.0.0/8'] },
    'networks',
  ],
  [
    'a network of the other kind',
    { ...MANAGER, networks: ['0.0.0.0/0'] },
    { ...SEND, networks: ['::/0'] },
    'networks',
  ],
  ['no end', { ...MANAGER, expiresAt: SOON }, SEND, 'expiresAt'],
  ['a later end', { ...MANAGER, expiresAt: SOON }, { ...SEND, expiresAt: LATER }, 'expiresAt'],
];

const within: [what: string, holder: Fields, asked: Fields][] = [
  ['the same', MANAGER, MANAGER],
  ['less', MANAGER, SEND],
  ['a mode that reaches less', MANAGER, { ...SEND, mode: 'test' }],
  ['everything, by who may do everything', { scopes: ['*'] }, { scopes: ['*'] }],
  ['any scope, by who may do everything', { scopes: ['*'] }, { scopes: ['analytics:read'] }],
  ['one of several sessions', { ...MANAGER, sessions: ['a', 'b'] }, { ...SEND, sessions: ['b'] }],
  ['one of several regions', { ...MANAGER, regions: ['ID', 'SG'] }, { ...SEND, regions: ['SG'] }],
  [
    'a narrower network',
    { ...MANAGER, networks: ['127.0.0.0/8', '2001:db8::/32'] },
    { ...SEND, networks: ['127.0.0.1', '2001:db8:5::/64'] },
  ],
  ['the same end', { ...MANAGER, expiresAt: SOON }, { ...SEND, expiresAt: SOON }],
  ['an end', MANAGER, { ...SEND, expiresAt: LATER }],
];

describe('a key that may manage keys', () => {
  it.each(beyond)('makes none that could do more: %s', async (_, holder, asked, part) => {
    const { secret } = await access.createKey(holder);
    const before = await dumpTables(h, ['api_keys']);
    const { status, body } = await access.as(secret).keys.make(asked);
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.message).toContain(`(${part})`);
    expect(await dumpTables(h, ['api_keys'])).toBe(before);
  });

  it.each(beyond)(
    'takes over none that can do more, and ends none: %s',
    async (_, holder, stronger) => {
      const { secret } = await access.createKey(holder);
      const target = await access.createKey(stronger);
      const before = await dumpTables(h, ['api_keys']);
      const { keys } = access.as(secret);
      for (const answer of [await keys.rotate(target.keyId), await keys.revoke(target.keyId)]) {
        expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
      }
      expect(await dumpTables(h, ['api_keys'])).toBe(before);
      expect((await keys.find(target.keyId)).status).toBe(200);
    },
  );

  it.each(within)(
    'makes, rotates and revokes what can do no more: %s',
    async (_, holder, asked) => {
      const { secret } = await access.createKey(holder);
      const { keys } = access.as(secret);
      const made = await keys.make(asked);
      expect([made.status, made.body.code]).toEqual([201, undefined]);
      const keyId = String(made.body.data?.['keyId']);
      expect((await keys.rotate(keyId)).status).toBe(201);
      expect((await keys.revoke(keyId)).status).toBe(200);
    },
  );
});

it('a try to get at a stronger key is on record', async () => {
  const { secret, keyId } = await access.createKey(MANAGER);
  await access.as(secret).keys.make({ scopes: ['*'] });
  const find = () => h.database.models.ActivityLog.findAll({ where: { action: 'access_denied' } });
  await expect
    .poll(async () => (await find()).map(({ details, status }) => `${status} ${details}`))
    .toContain(`error key:${keyId}: key_beyond_its_own (scopes)`);
});

describe('a key that may not manage keys', () => {
  it.each([
    ['otp:send', 'live'],
    ['analytics:read', 'live'],
    ['sessions:manage', 'live'],
    ['otp:send', 'test'],
  ])('does nothing with them: %s, %s', async (scope, mode) => {
    const { secret, keyId } = await access.createKey({ scopes: [scope], mode });
    const { keys } = access.as(secret);
    for (const answer of [
      await keys.make({ scopes: [scope] }),
      await keys.list(),
      await keys.find(keyId),
      await keys.rotate(keyId),
      await keys.revoke(keyId),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
    expect((await access.find(keyId)).body.data).toMatchObject({ state: 'active' });
  });
});

describe('a person of an account', () => {
  it('makes keys that outlast the login, and manages those of others', async () => {
    const from = { ipAddress: '127.0.0.1', userAgent: undefined };
    const person = {
      ...rootCaller(from),
      isOperator: false,
      principal: { kind: 'user' as const, id: '7' },
    };
    const asked = {
      name: 'by Ana',
      mode: 'live' as const,
      scopes: ['*'] as const,
      restrictions: {},
    };
    const { key, secret } = await createKey(h.keys, person, asked);
    expect(key.createdBy).toBe('user:7');
    const other = await access.createKey({ scopes: ['*'] });
    expect((await revokeKey(h.keys, person, other.keyId)).state).toBe('revoked');
    expect((await access.as(secret).keys.list()).status).toBe(200);
  });
});
