import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SessionState, sessionStates } from '../../../src/domain/whatsapp/session.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import type { SessionFilter } from '../../../src/storage/whatsapp/session-lists.ts';
import {
  createSessionStore,
  type SessionStore,
} from '../../../src/storage/whatsapp/session-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { insertSessions } from '../../support/database/new-sessions.ts';
import { lookAtTables, watchReads } from '../../support/plans/watched-reads.ts';

const LEASE_MS = 15_000;

onEveryDatabase('lists of sessions on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: SessionStore;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const at = (seconds: number) => addSeconds(now, seconds);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createSessionStore(migrated.database);
  });
  afterAll(() => migrated.close());

  const insert = (accountId: string, names: readonly string[], state: SessionState = 'unlinked') =>
    insertSessions(
      migrated.database,
      names.map((sessionId) => ({ accountId, sessionId, state })),
    );

  /** The names on all pages. */
  async function readAll(filter: SessionFilter, limit: number): Promise<string[][]> {
    const pages: string[][] = [];
    let after: number | undefined;
    do {
      const { items, next } = await store.list(filter, { limit, after }, now);
      pages.push(items.map(({ sessionId }) => sessionId));
      after = next;
    } while (after !== undefined);
    return pages;
  }

  it('shows an account its own sessions only, oldest first and page by page', async () => {
    await insert('mine', ['m3', 'm1']);
    await insert('theirs', ['t1']);
    await insert('mine', ['m2', 'm5', 'm4']);
    const mine = { accountId: 'mine' };
    expect(await readAll(mine, 2)).toEqual([['m3', 'm1'], ['m2', 'm5'], ['m4']]);
    expect(await readAll(mine, 5)).toEqual([['m3', 'm1', 'm2', 'm5', 'm4']]);
    expect(await store.count(mine)).toBe(5);
    expect(await readAll({ accountId: 'no-one' }, 2)).toEqual([[]]);
    expect(await store.count({ accountId: 'no-one' })).toBe(0);
    expect(await readAll({ accountId: undefined }, 4)).toEqual([
      ['m3', 'm1', 't1', 'm2'],
      ['m5', 'm4'],
    ]);
    expect(await store.count({ accountId: undefined })).toBe(6);
  });

  it('shows the named sessions of an account only', async () => {
    const some = { accountId: 'mine', sessionIds: ['m4', 't1', 'm3', 'nothing'] };
    expect(await readAll(some, 1)).toEqual([['m3'], ['m4']]);
    expect(await store.count(some)).toBe(2);
    expect(await store.isAny(some)).toBe(true);
    expect(await store.isAny({ accountId: 'mine', sessionIds: ['t1'] })).toBe(false);
    expect(await store.isAny({ accountId: 'mine', sessionIds: [] })).toBe(false);
    expect(await store.isAny({ accountId: 'theirs', sessionIds: undefined })).toBe(true);
    expect(await store.isAny({ accountId: 'no-one', sessionIds: undefined })).toBe(false);
  });

  it('says of each session whether a node holds its lease', async () => {
    const leases = createLeaseStore(migrated.database);
    const hold = (id: string, until: Date) =>
      leases.acquire({ name: `wa:${id}`, owner: 'node' }, at(-60), until, 3_600_000);
    await hold('m1', at(1));
    await hold('m2', at(0));
    const { items } = await store.list({ accountId: 'mine' }, { limit: 9, after: undefined }, now);
    expect(items.filter(({ isHosted }) => isHosted).map(({ sessionId }) => sessionId)).toEqual([
      'm1',
    ]);
    expect(items[0]).toMatchObject({ accountId: 'mine', state: 'unlinked', createdAt: now });
  });

  async function readUnhosted(limit = 100): Promise<string[]> {
    const found: string[] = [];
    let after: number | undefined;
    do {
      const page = await store.listUnhosted({ limit, after }, now, LEASE_MS);
      found.push(...page.items.map(({ sessionId }) => sessionId));
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  it('finds the sessions that should be connected, and none that wait for a person', async () => {
    for (const state of sessionStates) await insert('states', [state], state);
    await insert('states', ['linked', 'also-linked']);
    for (const id of ['linked', 'logged_out']) await store.setLinked(id, true, now);
    const wanted = ['qr', 'code', 'linking', 'connecting', 'open', 'backoff', 'outdated', 'failed'];
    expect(await readUnhosted()).toEqual([...wanted, 'linked']);
    expect(await readUnhosted(2)).toEqual([...wanted, 'linked']);
    const [first] = (await store.listUnhosted({ limit: 1, after: 0 }, now, LEASE_MS)).items;
    expect(first).toMatchObject({ sessionId: 'qr', accountId: 'states' });
  });

  it('leaves out what a node hosts, unless its lease has expired or a wrong clock wrote it', async () => {
    const leases = createLeaseStore(migrated.database);
    const ends = { open: at(1), qr: at(0), code: at(-5), backoff: at(15), failed: at(3600) };
    for (const [id, until] of Object.entries(ends)) {
      await leases.acquire({ name: `wa:${id}`, owner: 'node' }, now, until, 3_600_000);
    }
    const left = ['qr', 'code', 'linking', 'connecting', 'outdated', 'failed', 'linked'];
    expect(await readUnhosted()).toEqual(left);
  });

  it('reads each of them by an index, among many sessions that are logged out', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `many-${i}`);
    await insert('large', many.slice(0, 2000), 'logged_out');
    await insert('large', many.slice(2000), 'unlinked');
    await migrated.database.models.Lease.insertRows(
      many.map((id) => ({ name: `wa:${id}`, owner: 'node', heldUntil: 0 })),
    );
    await lookAtTables(migrated.database, ['sessions', 'leases']);
    const watched = watchReads(migrated.database);
    const lists = createSessionStore(watched.database);
    const large = { accountId: 'large' };
    const middle = { limit: 5, after: 1500 };
    for (const read of [
      () => lists.list(large, middle, now),
      () => lists.list({ accountId: undefined }, middle, now),
      () => lists.isAny({ accountId: 'mine', sessionIds: undefined }),
      () => lists.isAny({ ...large, sessionIds: ['many-7'] }),
    ]) {
      await read();
      expect(await watched.findFaults()).toEqual([]);
    }
    await lists.count({ accountId: 'mine' });
    expect(await watched.findWalks()).toEqual([]);
    await lists.listUnhosted({ limit: 500, after: 0 }, now, LEASE_MS);
    expect(await watched.findWalks()).toEqual([]);
    expect(await watched.findUses('sessions_state')).not.toEqual([]);
  });
});
