import { afterAll, beforeAll, expect, it } from 'vitest';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createContactStore } from '../../../src/storage/whatsapp/contact-store.ts';
import { createCredentialStore } from '../../../src/storage/whatsapp/credential-store.ts';
import {
  createSessionStore,
  type SessionStore,
} from '../../../src/storage/whatsapp/session-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';
import { inParallel } from '../../support/http/otp-calls.ts';

const ACCOUNT = 'default';

onEveryDatabase('the session store on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: SessionStore;
  let made = 0;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const at = (seconds: number) => addSeconds(now, seconds);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createSessionStore(migrated.database);
  });
  afterAll(() => migrated.close());

  async function create(accountId = ACCOUNT, createdAt = now) {
    const sessionId = `session-${++made}`;
    await store.create({ accountId, sessionId }, createdAt);
    return sessionId;
  }
  const find = (sessionId: string) => store.find(ACCOUNT, sessionId);
  const findModel = (sessionId: string) =>
    migrated.database.models.Session.getBySessionId(sessionId);

  it('makes a session that is not linked and knows nothing yet', async () => {
    const sessionId = await create();
    expect(await find(sessionId)).toEqual({
      sessionId,
      storeLevel: 'none',
      usedFor: 'passcodes',
      ignoredChats: 'groups,status,newsletters',
      autoReplies: false,
      autoReplyText: undefined,
      userId: undefined,
      deviceInfo: undefined,
      accountId: ACCOUNT,
      state: 'unlinked',
      stateReason: undefined,
      attempt: 0,
      nextTryAt: undefined,
      isLinked: false,
      isConnected: false,
      userPhone: undefined,
      userName: undefined,
      connectedAt: undefined,
      disconnectedAt: undefined,
      lastSeen: undefined,
      contactsBlockedUntil: undefined,
      contactsBlockedBy: undefined,
      createdAt: now,
    });
    const model = await findModel(sessionId);
    expect(model?.get()).toMatchObject({ accountId: ACCOUNT, status: 'inactive', createdAt: now });
    expect(await findModel('nobody')).toBeNull();
  });

  it('gives a name to one of 20 concurrent callers, of whatever account', async () => {
    const given = await inParallel(20, (i) =>
      store.create({ accountId: `account-${i % 2}`, sessionId: 'wanted' }, now),
    );
    expect(given.filter((outcome) => outcome === 'created')).toHaveLength(1);
  });

  it('F20: gives 30 concurrent callers no more sessions than their account may have', async () => {
    const outcomes = await inParallel(30, (i) =>
      store.create({ accountId: 'bounded', sessionId: `bounded-${i}` }, now, 5),
    );
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(25);
    const bounded = { accountId: 'bounded' };
    const listed = async () =>
      (await store.list(bounded, { limit: 50, after: undefined }, now)).items;
    expect(await listed()).toHaveLength(5);
    await store.remove((await listed())[0]?.sessionId ?? '');
    expect(await store.create({ accountId: 'bounded', sessionId: 'next' }, now, 5)).toBe('created');
    await Promise.all((await listed()).map((one) => store.remove(one.sessionId)));
  });

  it('remembers whether a session is linked', async () => {
    const [sessionId, other] = [await create(), await create()];
    await store.setLinked(sessionId, true, at(1));
    expect((await find(sessionId))?.isLinked).toBe(true);
    expect((await find(other))?.isLinked).toBe(false);
    expect((await findModel(sessionId))?.updatedAt).toEqual(at(1));
    await store.setLinked(sessionId, false, at(2));
    expect((await find(sessionId))?.isLinked).toBe(false);
  });

  it('never shortens a block of new contacts by itself, and replaces or lifts it when told to', async () => {
    const sessionId = await create();
    const block = async () => {
      const found = await find(sessionId);
      return [found?.contactsBlockedUntil, found?.contactsBlockedBy];
    };
    await store.blockContacts(sessionId, at(100), 'contact_refused', now);
    await store.blockContacts(sessionId, at(99), 'time_locked', at(1));
    await store.blockContacts(sessionId, at(100), 'time_locked', at(2));
    expect(await block()).toEqual([at(100), 'contact_refused']);
    await store.blockContacts(sessionId, at(101), 'time_locked', at(3));
    expect(await block()).toEqual([at(101), 'time_locked']);
    await store.setContactsBlock(sessionId, { until: at(7), by: 'contact_refused' }, at(4));
    expect(await block()).toEqual([at(7), 'contact_refused']);
    await store.setContactsBlock(sessionId, undefined, at(4));
    expect(await block()).toEqual([undefined, undefined]);
    await store.blockContacts(sessionId, at(5), 'contact_refused', at(4));
    expect(await block()).toEqual([at(5), 'contact_refused']);
  });

  it('keeps the longest of 30 blocks that come at once', async () => {
    const sessionId = await create();
    await inParallel(30, (i) =>
      store.blockContacts(
        sessionId,
        at((i * 7) % 30),
        (i * 7) % 30 === 29 ? 'time_locked' : 'contact_refused',
        now,
      ),
    );
    expect(await find(sessionId)).toMatchObject({
      contactsBlockedUntil: at(29),
      contactsBlockedBy: 'time_locked',
    });
  });

  it('removes a session with its credentials, contacts and ended lease, and no other', async () => {
    const { database } = migrated;
    const [credentials, contacts] = [createCredentialStore(database), createContactStore(database)];
    const [gone, kept] = [await create(), await create()];
    const leases = createLeaseStore(database);
    await leases.acquire({ name: 'wa', owner: 'me' }, now, at(60));
    for (const sessionId of [gone, kept]) {
      const lease = { name: `wa:${sessionId}`, owner: 'me' };
      await leases.acquire(lease, now, at(60));
      await leases.release(lease);
    }
    for (const sessionId of [gone, kept]) {
      const secret = { category: 'creds', keyId: 'creds', sealed: 'x', secretVersion: '1' };
      await credentials.replace({ leaseName: 'wa', owner: 'me', now }, sessionId, [secret]);
      await contacts.markKnown(sessionId, '+6281234567890', now);
    }
    await store.remove(gone);
    expect(await find(gone)).toBeUndefined();
    expect(await credentials.count(gone)).toBe(0);
    const names = await database.statements.select(
      `SELECT "name" FROM "leases" WHERE "name" IN ($1, $2)`,
      [`wa:${gone}`, `wa:${kept}`],
    );
    expect(names).toEqual([{ name: `wa:${kept}` }]);
    expect((await contacts.find('+6281234567890')).has(gone)).toBe(false);
    expect(await find(kept)).toBeDefined();
    expect(await credentials.count(kept)).toBe(1);
    expect((await contacts.find('+6281234567890')).has(kept)).toBe(true);
  });
});
