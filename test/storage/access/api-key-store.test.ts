import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomId } from '../../../src/lib/crypto/secrets.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import {
  createKeyStore,
  type KeyStore,
  type StoredKey,
} from '../../../src/storage/access/api-key-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

onEveryDatabase('the key store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let keys: KeyStore;
  const now = new Date('2026-11-21T10:00:00.123Z');
  const later = (seconds: number) => addSeconds(now, seconds);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    keys = createKeyStore(migrated.database);
  });
  afterAll(() => migrated.close());

  function newKey(fields: Partial<StoredKey> = {}): StoredKey {
    return {
      keyId: randomId(12),
      accountId: 'default',
      keyHash: randomId(48),
      prefix: 'wv_live_abcd',
      name: 'shop',
      mode: 'live',
      scopes: ['otp:send'],
      restrictions: {},
      createdBy: 'bootstrap',
      createdAt: now,
      lastUsedAt: undefined,
      revokedAt: undefined,
      rotatedTo: undefined,
      lineageId: undefined,
      ...fields,
    };
  }

  async function insert(fields: Partial<StoredKey> = {}): Promise<StoredKey> {
    const key = newKey(fields);
    await keys.insert(key, []);
    return key;
  }

  const read = (key: StoredKey) => keys.findByHash(key.keyHash);

  it('gives back what it was given', async () => {
    const full = await insert({
      accountId: 'shop',
      name: 'Toko ☕ "1"',
      mode: 'test',
      scopes: ['otp:send', 'otp:verify'],
      lineageId: 'first-key',
      restrictions: {
        ...{ sendsPerHour: 7, sendPot: 'other-key', clientIp: false },
        sessions: ['shop~a', 'shop~b'],
        purposes: ['login'],
        regions: ['ID', 'SG'],
        networks: ['192.0.2.0/24', '2001:db8::/48'],
        expiresAt: later(1),
        ...{ sendsPerHour: 40, sendPot: 'key-of-old', clientIp: false },
      },
    });
    expect(await keys.findByHash(full.keyHash)).toEqual(full);
    expect(await keys.find(full)).toEqual(full);
    const plain = await insert();
    expect(await keys.find(plain)).toMatchObject({ restrictions: {}, scopes: ['otp:send'] });
  });

  it('finds a key in its account only, by its id and its digest to the letter', async () => {
    const key = await insert({ keyId: 'AbCdEfGh' });
    expect(await keys.find({ accountId: 'other', keyId: key.keyId })).toBeUndefined();
    expect(await keys.find({ accountId: 'default', keyId: 'abcdefgh' })).toBeUndefined();
    expect(await keys.findByHash(key.keyHash.toLowerCase())).toBeUndefined();
  });

  it('revokes once, and keeps the moment', async () => {
    const key = await insert();
    const results = await inParallel(20, (index) => keys.revoke(key, later(index), []));
    expect(results.filter(Boolean)).toHaveLength(1);
    const moment = later(results.indexOf(true));
    expect(await keys.revoke(key, later(100), [])).toBe(false);
    expect((await read(key))?.revokedAt).toEqual(moment);
    expect(await keys.revoke({ ...key, accountId: 'other' }, now, [])).toBe(false);
  });

  it('rotates for one of 20 callers at once, whose new key is the only one', async () => {
    const key = await insert();
    const candidates = Array.from({ length: 20 }, () => newKey());
    const results = await Promise.all(
      candidates.map((candidate) => keys.rotate(key, candidate, { now, endsAt: later(60) }, [])),
    );
    const winners = candidates.filter((_, index) => results[index]);
    expect(winners).toHaveLength(1);
    const present = await Promise.all(candidates.map(read));
    expect(present.filter(Boolean).map((one) => one?.keyId)).toEqual([winners[0]?.keyId]);
    expect(await read(key)).toMatchObject({
      rotatedTo: winners[0]?.keyId,
      restrictions: { expiresAt: later(60) },
    });
  });

  it('does not rotate what is revoked or over', async () => {
    const revoked = await insert();
    await keys.revoke(revoked, now, []);
    const over = await insert({ restrictions: { expiresAt: now } });
    for (const key of [revoked, over]) {
      const next = newKey();
      expect(await keys.rotate(key, next, { now, endsAt: later(60) }, [])).toBe(false);
      expect(await read(next)).toBeUndefined();
      expect(await read(key)).toMatchObject({
        rotatedTo: undefined,
        restrictions: key.restrictions,
      });
    }
  });

  it('does not rotate a key of another account', async () => {
    const key = await insert();
    const stranger = { ...key, accountId: 'other' };
    expect(await keys.rotate(stranger, newKey(), { now, endsAt: now }, [])).toBe(false);
    expect((await read(key))?.rotatedTo).toBeUndefined();
  });

  it('never lets a key that is rotated last longer than it would have', async () => {
    const key = await insert({ restrictions: { expiresAt: later(30) } });
    expect(await keys.rotate(key, newKey(), { now, endsAt: later(60) }, [])).toBe(true);
    expect((await read(key))?.restrictions.expiresAt).toEqual(later(30));
    const other = await insert({ restrictions: { expiresAt: later(300) } });
    expect(await keys.rotate(other, newKey(), { now, endsAt: later(60) }, [])).toBe(true);
    expect((await read(other))?.restrictions.expiresAt).toEqual(later(60));
  });

  it('undoes a change when what is beside it cannot be done', async () => {
    const impossible = {
      sql: `UPDATE "api_keys" SET "name" = $1 WHERE "keyId" = $2`,
      values: ['x', 'nobody'],
      expectedRows: 1,
    };
    const key = await insert();
    const next = newKey();
    expect(await keys.revoke(key, now, [impossible])).toBe(false);
    expect(await keys.rotate(key, next, { now, endsAt: now }, [impossible])).toBe(false);
    expect(await read(key)).toMatchObject({ revokedAt: undefined, rotatedTo: undefined });
    expect(await read(next)).toBeUndefined();
  });

  it('notes the last use of many keys, and never an earlier one', async () => {
    const [first, second] = [await insert(), await insert()];
    const untouched = await insert();
    await keys.touchUsed([first.keyId], later(50));
    await keys.touchUsed([first.keyId, second.keyId, 'nobody'], later(20));
    expect((await read(first))?.lastUsedAt).toEqual(later(50));
    expect((await read(second))?.lastUsedAt).toEqual(later(20));
    expect((await read(untouched))?.lastUsedAt).toBeUndefined();
    const moments = Array.from({ length: 20 }, (_, index) => later(60 + ((index * 7) % 20)));
    await Promise.all(moments.map((moment) => keys.touchUsed([first.keyId], moment)));
    expect((await read(first))?.lastUsedAt).toEqual(later(79));
  });

  it('touches more keys than one statement takes', async () => {
    const key = await insert();
    const many = Array.from({ length: 40_000 }, (_, index) => `nobody-${index}`);
    await keys.touchUsed([...many, key.keyId], now);
    expect((await read(key))?.lastUsedAt).toEqual(now);
  });

  it('lists an account in pages, the newest first, by state and mode at a moment', async () => {
    const accountId = `lists-${dialect}`;
    const make = (name: string, fields: Partial<StoredKey> = {}) =>
      insert({ accountId, name, ...fields });
    await make('a');
    await make('b', { mode: 'test', restrictions: { expiresAt: later(10) } });
    const c = await make('c', { restrictions: { expiresAt: later(10) } });
    await make('d');
    await insert({ accountId: 'somebody else' });
    await keys.revoke(c, now, []);

    const anything = { state: undefined, mode: undefined, limit: 3, before: undefined };
    const names = async (wanted: Partial<Parameters<KeyStore['list']>[1]>, at = now) => {
      const { items } = await keys.list(accountId, { ...anything, limit: 10, ...wanted }, at);
      return items.map(({ name }) => name).join('');
    };
    const first = await keys.list(accountId, anything, now);
    expect(first.items.map(({ name }) => name)).toEqual(['d', 'c', 'b']);
    const second = await keys.list(accountId, { ...anything, before: first.next }, now);
    expect(second.items.map(({ name }) => name)).toEqual(['a']);
    expect(second.next).toBeUndefined();

    expect(await names({ state: 'active' })).toBe('dba');
    expect(await names({ state: 'expired' })).toBe('');
    expect(await names({ state: 'revoked' })).toBe('c');
    expect(await names({ state: 'active' }, later(10))).toBe('da');
    expect(await names({ state: 'expired' }, later(10))).toBe('b');
    expect(await names({ mode: 'test' })).toBe('b');
    expect(await names({ mode: 'live', state: 'active' })).toBe('da');
  });
});
