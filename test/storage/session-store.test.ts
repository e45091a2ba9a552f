import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SessionSnapshot, sessionStates, toSessionStatus } from '../../src/domain/session.ts';
import { addSeconds } from '../../src/lib/clock.ts';
import { createContactStore } from '../../src/storage/contact-store.ts';
import { createCredentialStore } from '../../src/storage/credential-store.ts';
import { createLeaseStore } from '../../src/storage/lease-store.ts';
import { createSessionStore, type SessionStore } from '../../src/storage/session-store.ts';
import { dialects } from '../support/databases.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../support/migrated-database.ts';
import { inParallel } from '../support/otp-calls.ts';

const ACCOUNT = 'default';

/** What a session's keeper tells about it when there is nothing to tell. */
function snapshot(sessionId: string, changes: Partial<SessionSnapshot> = {}): SessionSnapshot {
  return {
    sessionId,
    state: 'unlinked',
    reason: undefined,
    attempt: 0,
    nextTryAt: undefined,
    qr: undefined,
    phoneNumber: undefined,
    name: undefined,
    ...changes,
  };
}

describe.each(dialects)('the session store on %s', (dialect) => {
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
    expect(given.filter(Boolean)).toHaveLength(1);
  });

  it('shows an account its own sessions only, oldest first, and the program all of them', async () => {
    const [newer, older] = [await create('mine', at(1)), await create('mine', now)];
    const same = await create('mine', now);
    const other = await create('theirs', at(-1));
    const ids = async (list: ReturnType<SessionStore['list']>) =>
      (await list).map(({ sessionId }) => sessionId);
    expect(await ids(store.list('mine'))).toEqual([older, same, newer]);
    expect(await ids(store.list('nobody'))).toEqual([]);
    expect(await store.find('mine', other)).toBeUndefined();
    const all = await ids(store.listAll());
    expect(all.filter((id) => [newer, older, same, other].includes(id))).toEqual([
      other,
      older,
      same,
      newer,
    ]);
  });

  it.each(sessionStates)(
    'writes the state %s and what the documented columns say of it',
    async (state) => {
      const sessionId = await create();
      const nextTryAt = at(30);
      const trouble = { reason: 'the line was cut', attempt: 3, nextTryAt };
      await store.save(snapshot(sessionId, { state, ...trouble }), at(1));
      const isTrouble = ['backoff', 'replaced', 'logged_out', 'banned', 'outdated', 'failed'];
      expect(await find(sessionId)).toMatchObject({
        state,
        stateReason: 'the line was cut',
        attempt: 3,
        nextTryAt,
        isConnected: state === 'open',
        connectedAt: state === 'open' ? at(1) : undefined,
        lastSeen: state === 'open' ? at(1) : undefined,
      });
      const model = await findModel(sessionId);
      expect(model?.get()).toMatchObject({
        status: toSessionStatus(state),
        qrGenerated: state === 'qr',
        errorMessage: isTrouble.includes(state) ? 'the line was cut' : null,
        updatedAt: at(1),
      });
    },
  );

  it('notes when a session became open and when it left, not each time that it says so', async () => {
    const sessionId = await create();
    const say = (state: SessionSnapshot['state'], seconds: number) =>
      store.save(snapshot(sessionId, { state }), at(seconds));
    const times = async () => {
      const found = await find(sessionId);
      return [found?.connectedAt, found?.disconnectedAt, found?.lastSeen];
    };
    await say('connecting', 1);
    expect(await times()).toEqual([undefined, undefined, undefined]);
    await say('open', 2);
    await say('open', 3);
    expect(await times()).toEqual([at(2), undefined, at(3)]);
    await say('backoff', 4);
    await say('connecting', 5);
    expect(await times()).toEqual([at(2), at(4), at(3)]);
    await say('open', 6);
    expect(await times()).toEqual([at(6), at(4), at(6)]);
    await say('logged_out', 7);
    await say('logged_out', 8);
    expect(await times()).toEqual([at(6), at(7), at(6)]);
  });

  it('forgets reason, error and next try when all is well again', async () => {
    const sessionId = await create();
    const trouble = { reason: 'the line was cut', attempt: 3, nextTryAt: at(30) };
    await store.save(snapshot(sessionId, { state: 'backoff', ...trouble }), now);
    await store.save(snapshot(sessionId, { state: 'open' }), at(1));
    expect(await find(sessionId)).toMatchObject({ attempt: 0 });
    expect((await find(sessionId))?.stateReason).toBeUndefined();
    expect((await find(sessionId))?.nextTryAt).toBeUndefined();
    expect((await findModel(sessionId))?.errorMessage).toBeNull();
  });

  it('keeps the number and the name until it is told others', async () => {
    const sessionId = await create();
    const me = { phoneNumber: '+6281234567890', name: 'Operator' };
    await store.save(snapshot(sessionId, { state: 'open', ...me }), now);
    await store.save(snapshot(sessionId, { state: 'backoff' }), now);
    expect(await find(sessionId)).toMatchObject({
      userPhone: '+6281234567890',
      userName: 'Operator',
    });
    await store.save(snapshot(sessionId, { name: 'New' }), now);
    expect(await find(sessionId)).toMatchObject({ userPhone: '+6281234567890', userName: 'New' });
  });

  it('can write whatever strangers chose as a name or a reason', async () => {
    const sessionId = await create();
    const odd = `a\0b' "c" $1 😀 ${'ä'.repeat(300)}`;
    await store.save(snapshot(sessionId, { state: 'failed', name: odd, reason: odd }), now);
    const kept = odd.replace('\0', '').slice(0, 255);
    expect(await find(sessionId)).toMatchObject({ userName: kept, stateReason: kept });
    await store.blockContacts(sessionId, at(9), odd, now);
    expect((await find(sessionId))?.contactsBlockedBy).toBe(kept);
  });

  it('writes nothing for a session that is not there', async () => {
    await store.save(snapshot('nobody', { state: 'open' }), now);
    await store.setLinked('nobody', true, now);
    await store.blockContacts('nobody', at(1), 'WhatsApp', now);
    expect(await findModel('nobody')).toBeNull();
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

  it('never shortens a block of new contacts, and lifts it when told to', async () => {
    const sessionId = await create();
    const block = async () => {
      const found = await find(sessionId);
      return [found?.contactsBlockedUntil, found?.contactsBlockedBy];
    };
    await store.blockContacts(sessionId, at(100), 'first', now);
    await store.blockContacts(sessionId, at(99), 'shorter', at(1));
    await store.blockContacts(sessionId, at(100), 'same', at(2));
    expect(await block()).toEqual([at(100), 'first']);
    await store.blockContacts(sessionId, at(101), 'longer', at(3));
    expect(await block()).toEqual([at(101), 'longer']);
    await store.unblockContacts(sessionId, at(4));
    expect(await block()).toEqual([undefined, undefined]);
    await store.blockContacts(sessionId, at(5), 'again', at(4));
    expect(await block()).toEqual([at(5), 'again']);
  });

  it('keeps the longest of 30 blocks that come at once', async () => {
    const sessionId = await create();
    await inParallel(30, (i) =>
      store.blockContacts(sessionId, at((i * 7) % 30), `block ${(i * 7) % 30}`, now),
    );
    expect(await find(sessionId)).toMatchObject({
      contactsBlockedUntil: at(29),
      contactsBlockedBy: 'block 29',
    });
  });

  it('removes a session with its credentials and contacts, and no other', async () => {
    const { database } = migrated;
    const [credentials, contacts] = [createCredentialStore(database), createContactStore(database)];
    const [gone, kept] = [await create(), await create()];
    await createLeaseStore(database).acquire({ name: 'wa', owner: 'me' }, now, at(60));
    for (const sessionId of [gone, kept]) {
      const secret = { category: 'creds', keyId: 'creds', sealed: 'x', secretVersion: '1' };
      await credentials.replace({ leaseName: 'wa', owner: 'me', now }, sessionId, [secret]);
      await contacts.markKnown(sessionId, '+6281234567890', now);
    }
    await store.remove(gone);
    expect(await find(gone)).toBeUndefined();
    expect(await credentials.count(gone)).toBe(0);
    expect(await contacts.find(gone, '+6281234567890')).toBeUndefined();
    expect(await find(kept)).toBeDefined();
    expect(await credentials.count(kept)).toBe(1);
    expect(await contacts.find(kept, '+6281234567890')).toBeDefined();
  });
});
