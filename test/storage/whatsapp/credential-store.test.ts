import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionLeaseName } from '../../../src/domain/whatsapp/session.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore, type LeaseStore } from '../../../src/storage/limits/lease-store.ts';
import {
  type CredentialChange,
  type CredentialStore,
  createCredentialStore,
} from '../../../src/storage/whatsapp/credential-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const VERSION = '01234567';

/** One key that is to hold `sealed`. */
function put(keyId: string, sealed: string | null, category = 'session'): CredentialChange {
  return { category, keyId, sealed, secretVersion: VERSION };
}

const keyIds = (count: number) => Array.from({ length: count }, (_, index) => `key-${index}`);

onEveryDatabase('the credential store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: CredentialStore;
  let leases: LeaseStore;
  let made = 0;
  const now = new Date('2026-03-01T23:59:59.999Z');

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createCredentialStore(migrated.database);
    leases = createLeaseStore(migrated.database);
  });
  afterAll(() => migrated.close());

  /** A session whose lease `holder` has for a minute. */
  async function createSession(holder = 'holder') {
    const sessionId = `session-${++made}`;
    const leaseName = sessionLeaseName(sessionId);
    await leases.acquire({ name: leaseName, owner: holder }, now, addSeconds(now, 60));
    const replace = (changes: readonly CredentialChange[], owner = holder, at = now) =>
      store.replace({ leaseName, owner, now: at }, sessionId, changes);
    const load = async (keys: readonly string[], category = 'session') =>
      Object.fromEntries(await store.load(sessionId, category, keys));
    return { sessionId, leaseName, replace, load };
  }

  it('gives back what it took, by category and key', async () => {
    const { sessionId, replace, load } = await createSession();
    expect(await replace([put('a', 'one'), put('b', 'two'), put('a', 'three', 'creds')])).toBe(
      true,
    );
    expect(await load(['b', 'a', 'nobody'])).toEqual({ a: 'one', b: 'two' });
    expect(await load(['a', 'b'], 'creds')).toEqual({ a: 'three' });
    expect(await load([])).toEqual({});
    expect(await store.count(sessionId)).toBe(3);
  });

  it('keeps keys apart that differ in case only, and sessions', async () => {
    const [one, other] = [await createSession(), await createSession()];
    await one.replace([put('Ab', 'upper'), put('ab', 'lower')]);
    await other.replace([put('ab', 'theirs')]);
    expect(await one.load(['Ab', 'ab', 'AB'])).toEqual({ Ab: 'upper', ab: 'lower' });
    expect(await other.load(['Ab', 'ab'])).toEqual({ ab: 'theirs' });
  });

  it('replaces, adds and takes away in one call; the last change of a key counts', async () => {
    const { sessionId, replace, load } = await createSession();
    await replace([put('a', 'old'), put('b', 'old'), put('c', 'old')]);
    await replace([put('a', 'new'), put('b', null), put('d', 'x'), put('d', 'y'), put('e', null)]);
    expect(await load(['a', 'b', 'c', 'd', 'e'])).toEqual({ a: 'new', c: 'old', d: 'y' });
    expect(await store.count(sessionId)).toBe(3);
    expect(await replace([])).toBe(true);
  });

  it.each([1, 2, 3, 5, 63, 64, 100, 499, 500, 501, 812, 1025])(
    'writes %i keys in one call, writes them anew, finds them and takes them away',
    async (count) => {
      const { sessionId, replace, load } = await createSession();
      const keys = keyIds(count);
      const all = (value: string) =>
        Object.fromEntries(keys.map((key) => [key, `${value} ${key}`]));
      for (const value of ['first', 'second']) {
        expect(await replace(keys.map((key) => put(key, `${value} ${key}`)))).toBe(true);
        expect(await load(keys)).toEqual(all(value));
        expect(await store.count(sessionId)).toBe(count);
      }
      expect(await replace(keys.map((key) => put(key, null)))).toBe(true);
      expect(await store.count(sessionId)).toBe(0);
    },
  );

  it('takes a text of a megabyte', async () => {
    const { replace, load } = await createSession();
    const long = 'x'.repeat(1_000_000);
    await replace([put('long', long)]);
    expect((await load(['long']))['long']).toBe(long);
  });

  it('writes nothing for who does not hold the lease, or holds it no longer', async () => {
    const { sessionId, leaseName, replace, load } = await createSession();
    await replace([put('a', 'kept')]);
    const changes = [put('a', 'lost'), put('b', 'lost')];
    expect(await replace(changes, 'rival')).toBe(false);
    expect(await replace(changes, 'holder', addSeconds(now, 60))).toBe(false);
    const noLease = { leaseName: 'nobody', owner: 'holder', now };
    expect(await store.replace(noLease, sessionId, changes)).toBe(false);
    await leases.release({ name: leaseName, owner: 'holder' });
    expect(await replace(changes)).toBe(false);
    expect(await load(['a', 'b'])).toEqual({ a: 'kept' });
  });

  it('leaves the end of the lease where it is', async () => {
    const { leaseName, replace } = await createSession();
    const lastMoment = new Date(addSeconds(now, 60).getTime() - 1);
    await replace([put('a', 'x')], 'holder', lastMoment);
    expect(await leases.findOwner(leaseName, lastMoment)).toBe('holder');
    expect(await leases.findOwner(leaseName, addSeconds(now, 60))).toBeUndefined();
  });

  it('lets only the holder of the lease in, of two that write 20 times at once', async () => {
    const { sessionId, replace, load } = await createSession();
    const keys = keyIds(30);
    const written = await inParallel(20, (i) => {
      const owner = i % 2 ? 'rival' : 'holder';
      return replace(
        [...keys, `of-${owner}-${i}`].map((key) => put(key, owner)),
        owner,
      );
    });
    expect(written).toEqual(Array.from({ length: 20 }, (_, i) => i % 2 === 0));
    expect(new Set(Object.values(await load(keys)))).toEqual(new Set(['holder']));
    expect(await store.count(sessionId)).toBe(30 + 10);
  });

  it('is shut for who held the lease as soon as another has taken it', async () => {
    const { leaseName, replace, load } = await createSession();
    const over = addSeconds(now, 60);
    // The old holder's clock is slow: it believes to hold the lease.
    const [taken, ...writes] = await Promise.all([
      leases.acquire({ name: leaseName, owner: 'next' }, over, addSeconds(over, 60)),
      ...Array.from({ length: 10 }, (_, i) => replace([put(`old-${i}`, 'x')], 'holder', now)),
    ]);
    expect(taken).toBe(true);
    const found = Object.keys(await load(Array.from({ length: 10 }, (_, i) => `old-${i}`)));
    expect(found).toHaveLength(writes.filter(Boolean).length);
    expect(await replace([put('late', 'x')], 'holder', now)).toBe(false);
    expect(await replace([put('late', 'y')], 'next', over)).toBe(true);
    expect(await load(['late'])).toEqual({ late: 'y' });
  });

  it.each([1, 2, 16, 17])(
    'writes %i keys only with the lease, of 40 callers at once',
    async (count) => {
      const { sessionId, replace, load } = await createSession();
      const written = await inParallel(40, (i) => {
        const owner = i % 2 ? 'rival' : 'holder';
        return replace(
          keyIds(count).map((key) => put(key, `${owner} ${'x'.repeat(i * 100)}`)),
          owner,
        );
      });
      expect(written).toEqual(Array.from({ length: 40 }, (_, i) => i % 2 === 0));
      const texts = Object.values(await load(keyIds(count)));
      // All of one call, and whole.
      expect(new Set(texts).size).toBe(1);
      expect(texts[0]).toMatch(/^holder (x{100})*$/);
      expect(await store.count(sessionId)).toBe(count);
    },
  );

  it.each([1, 16, 17])(
    'stores the latest of %i keys that are written one after another',
    async (count) => {
      const { replace, load } = await createSession();
      for (let round = 0; round < 5; round += 1) {
        await replace(keyIds(count).map((key) => put(key, `${key} ${'y'.repeat(10 ** round)}`)));
        const texts = Object.entries(await load(keyIds(count)));
        expect(texts).toHaveLength(count);
        for (const [key, text] of texts) expect(text).toBe(`${key} ${'y'.repeat(10 ** round)}`);
      }
    },
  );

  it.skipIf(dialect === 'sqlite').each([1, 16, 17])(
    'waits for a node that is taking the lease, and then does not write %i keys',
    async (count) => {
      const { sessionId, leaseName, replace } = await createSession();
      const { sequelize } = migrated.database;
      const transaction = await sequelize.transaction();
      await migrated.database.models.Lease.update(
        { owner: 'next' },
        { where: { name: leaseName }, transaction },
      );
      const writing = replace(keyIds(count).map((key) => put(key, 'x')));
      await pause(200);
      await transaction.commit();
      expect(await writing).toBe(false);
      expect(await store.count(sessionId)).toBe(0);
    },
  );

  it('writes the keys of 8 sessions at the same time', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => createSession()));
    const written = await inParallel(64, async (i) => {
      const changes = keyIds(40).map((key) => put(key, `round ${i}`));
      return sessions[i % 8]?.replace(changes);
    });
    expect(new Set(written)).toEqual(new Set([true]));
    for (const { load } of sessions) {
      const values = Object.values(await load(keyIds(40)));
      expect([values.length, new Set(values).size]).toEqual([40, 1]);
    }
  });

  it('wipes one session and no other', async () => {
    const [gone, kept] = [await createSession(), await createSession()];
    await Promise.all([gone, kept].map(({ replace }) => replace([put('a', 'x'), put('b', 'y')])));
    await store.wipe(gone.sessionId);
    expect(await store.count(gone.sessionId)).toBe(0);
    expect(await store.count(kept.sessionId)).toBe(2);
  });

  it('finds what another secret key sealed, no more than a limit at once', async () => {
    const { sessionId, replace } = await createSession();
    const stale = ['a', 'b', 'c'].map((key) => ({ ...put(key, 'old'), secretVersion: '76543210' }));
    await replace([...stale, put('d', 'new')]);
    expect(await store.findStale(sessionId, VERSION, 2)).toHaveLength(2);
    const found = await store.findStale(sessionId, VERSION, 10);
    expect(found.sort((x, y) => (x.keyId < y.keyId ? -1 : 1))).toEqual(
      ['a', 'b', 'c'].map((keyId) => ({ category: 'session', keyId, sealed: 'old' })),
    );
  });

  it('puts a text under a new secret key unless it was written in between', async () => {
    const { sessionId, replace, load } = await createSession();
    await replace([{ ...put('a', 'old'), secretVersion: '76543210' }]);
    const key = { category: 'session', keyId: 'a', secretVersion: VERSION };
    expect(await store.reseal(sessionId, { ...key, from: 'other', sealed: 'lost' })).toBe(false);
    const resealed = await inParallel(10, (i) =>
      store.reseal(sessionId, { ...key, from: 'old', sealed: `new ${i}` }),
    );
    expect(resealed.filter(Boolean)).toHaveLength(1);
    expect((await load(['a']))['a']).toMatch(/^new \d$/);
    expect(await store.findStale(sessionId, VERSION, 10)).toEqual([]);
  });
});
