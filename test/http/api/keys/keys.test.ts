import { afterAll, beforeAll, expect, it } from 'vitest';
import { onOneDatabase } from '../../../support/database/lanes.ts';
import {
  type AccessCalls,
  createAccessCalls,
  readKey,
} from '../../../support/http/access-calls.ts';
import { createHarness, type Harness } from '../../../support/http/harness.ts';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const SECRET = /^wv_(live|test)_[A-Za-z0-9_-]{43}$/;

onOneDatabase('the keys of an account on %s', (dialect) => {
  let h: Harness;
  let access: AccessCalls;

  beforeAll(async () => {
    h = await createHarness({ dialect });
    access = createAccessCalls(h);
  });
  afterAll(() => h.close());

  const hourFromNow = () => new Date(h.now().getTime() + 3_600_000).toISOString();

  it('are made with all that they are held to, and shown without their secret', async () => {
    const expiresAt = hourFromNow();
    const made = await access.make({
      name: 'shop backend ☕',
      scopes: ['otp:send', 'otp:verify', 'otp:send'],
      sessions: ['shop', 'till'],
      purposes: ['login'],
      regions: ['ID', 'SG', 'ID'],
      networks: ['127.0.0.0/8', '10.9.8.7/8', '192.0.2.7', '2001:DB8::/48'],
      expiresAt,
    });
    expect(made.status).toBe(201);
    const { secret, ...key } = readKey(made);
    expect(secret).toMatch(SECRET);
    expect(key).toEqual({
      keyId: expect.stringMatching(/^[A-Za-z0-9_-]{16}$/),
      name: 'shop backend ☕',
      prefix: secret.slice(0, 12),
      mode: 'live',
      state: 'active',
      scopes: ['otp:send', 'otp:verify'],
      sessions: ['shop', 'till'],
      purposes: ['login'],
      regions: ['ID', 'SG'],
      networks: ['127.0.0.0/8', '10.0.0.0/8', '192.0.2.7/32', '2001:db8::/48'],
      sendsPerHour: null,
      clientIp: true,
      createdBy: 'bootstrap',
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      rotatedTo: null,
      createdAt: expect.stringMatching(TIME),
    });
    expect(made.headers['location']).toBe(`/api/keys/${key.keyId}`);
    expect((await access.find(key.keyId)).body.data).toEqual(key);
    expect((await access.list('?limit=1')).body.data).toMatchObject({ items: [key] });
  });

  it('are live, for ever and for everything within their scopes unless told otherwise', async () => {
    const { secret, ...key } = await access.createKey({ scopes: ['*'] });
    expect(secret).toMatch(/^wv_live_/);
    const any = { sessions: null, purposes: null, regions: null, networks: null, expiresAt: null };
    expect(key).toMatchObject({ mode: 'live', scopes: ['*'], ...any });
  });

  it('name who made them', async () => {
    const parent = await access.createKey({ scopes: ['keys:manage', 'otp:send'] });
    const { body } = await access.as(parent.secret).keys.make({ scopes: ['otp:send'] });
    expect(body.data?.['createdBy']).toBe(`key:${parent.keyId}`);
  });

  it('tell when they were last used, and write it without being asked', async () => {
    const { keyId, secret } = await access.createKey({ scopes: ['otp:send'] });
    const before = Math.floor(h.now().getTime() / 1000) * 1000;
    expect((await access.as(secret).get('/api/otp/status/081234567890')).status).toBe(200);
    const lastUsedAt = await expect
      .poll(async () => (await access.find(keyId)).body.data?.['lastUsedAt'], { timeout: 20_000 })
      .toMatch(TIME)
      .then(async () => String((await access.find(keyId)).body.data?.['lastUsedAt']));
    expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(lastUsedAt)).toBeLessThanOrEqual(h.now().getTime());
  });

  it('belong to their account: to every other they are not there', async () => {
    const ours = await access.createKey({ scopes: ['otp:send'], sessions: ['shop'] });
    const theirs = await access.createKeyOf('other', { scopes: ['*'] });
    const there = access.as(theirs.secret).keys;
    const unknown = await there.find('nobody');
    for (const answer of [
      await there.find(ours.keyId),
      await there.rotate(ours.keyId),
      await there.revoke(ours.keyId),
      await access.find(theirs.keyId),
      await access.rotate(theirs.keyId),
      await access.revoke(theirs.keyId),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(answer.body.message).toBe(unknown.body.message);
    }
    expect((await there.list()).raw).not.toContain(ours.keyId);
    expect((await access.list('?limit=500')).raw).not.toContain(theirs.keyId);
    expect((await access.find(ours.keyId)).body.data).toMatchObject({ state: 'active' });
    expect((await there.find(theirs.keyId)).body.data).toMatchObject({ state: 'active' });
    const made = await there.make({ scopes: ['otp:send'], sessions: ['shop'] });
    expect(made.body.data).toMatchObject({ sessions: ['shop'] });
    const stored = await h.database.statements.select(
      `SELECT "accountId", "sessions" FROM "api_keys" WHERE "keyId" = $1`,
      [readKey(made).keyId],
    );
    expect(stored).toEqual([{ accountId: 'other', sessions: '["other~shop"]' }]);
  });

  it('come in pages, and by state and mode', async () => {
    const { secret } = await access.createKeyOf('lists', { scopes: ['*'] });
    const { keys } = access.as(secret);
    const make = async (name: string, fields = {}) => readKey(await keys.make({ name, ...fields }));
    await make('a');
    await make('b', { mode: 'test', scopes: ['otp:send'] });
    const c = await make('c');
    await make('d', { expiresAt: hourFromNow() });
    await keys.revoke(c.keyId);

    const page = async (query: string) => {
      const { status, body } = await keys.list(query);
      expect([query, status]).toEqual([query, 200]);
      const { items, nextCursor } = body.data as {
        items: { name: string }[];
        nextCursor: string | null;
      };
      return { names: items.map(({ name }) => name).join(' '), nextCursor };
    };
    const first = await page('?limit=2');
    expect(first.names).toBe('d c');
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect(second.names).toBe('b a');
    const third = await page(`?limit=2&cursor=${second.nextCursor}`);
    expect(third).toEqual({ names: 'of lists', nextCursor: null });

    expect((await page('?state=active')).names).toBe('d b a of lists');
    expect((await page('?state=revoked')).names).toBe('c');
    expect((await page('?state=expired')).names).toBe('');
    expect((await page('?mode=test')).names).toBe('b');
    expect((await page('?mode=live&state=active&limit=1')).names).toBe('d');
    h.advance(3601);
    expect((await page('?state=expired')).names).toBe('d');
    expect((await page('?state=active')).names).toBe('b a of lists');
  });
});
