import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type SessionSnapshot,
  sessionStates,
  toSessionStatus,
} from '../../../src/domain/whatsapp/session.ts';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import {
  createSessionStore,
  type SessionStore,
} from '../../../src/storage/whatsapp/session-store.ts';
import { onEveryDatabase } from '../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../support/database/migrated-database.ts';

/** What a session's keeper tells about it when there is nothing to tell. */
function snapshot(sessionId: string, changes: Partial<SessionSnapshot> = {}): SessionSnapshot {
  return {
    sessionId,
    state: 'unlinked',
    reason: undefined,
    errorMessage: undefined,
    attempt: 0,
    nextTryAt: undefined,
    qr: undefined,
    phoneNumber: undefined,
    name: undefined,
    ...changes,
  };
}

onEveryDatabase('what the session store saves on %s', (dialect) => {
  let migrated: MigratedDatabase;
  let store: SessionStore;
  let made = 0;
  const now = new Date('2026-03-01T23:59:59.999Z');
  const at = (seconds: number) => addSeconds(now, seconds);

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    store = createSessionStore(migrated.database);
    await createLeaseStore(migrated.database).acquire(lease, now, at(3600));
  });
  afterAll(() => migrated.close());

  async function create() {
    const sessionId = `session-${++made}`;
    await store.create({ accountId: 'default', sessionId }, now);
    return sessionId;
  }
  const lease = { name: 'wa:all', owner: 'this-node' };
  const fence = (time: Date) => ({ leaseName: lease.name, owner: lease.owner, now: time });
  const find = (sessionId: string) => store.find('default', sessionId);
  const findModel = (sessionId: string) =>
    migrated.database.models.Session.getBySessionId(sessionId);

  it.each(sessionStates)(
    'writes the state %s and what the documented columns say of it',
    async (state) => {
      const sessionId = await create();
      const nextTryAt = at(30);
      const why = { reason: 'unreachable', errorMessage: 'the line was cut' } as const;
      const trouble = { ...why, attempt: 3, nextTryAt };
      await store.save(snapshot(sessionId, { state, ...trouble }), fence(at(1)));
      expect(await find(sessionId)).toMatchObject({
        state,
        stateReason: 'unreachable',
        errorMessage: 'the line was cut',
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
        errorMessage: 'the line was cut',
        updatedAt: at(1),
      });
    },
  );

  it('notes when a session became open and when it left, not each time that it says so', async () => {
    const sessionId = await create();
    const say = (state: SessionSnapshot['state'], seconds: number) =>
      store.save(snapshot(sessionId, { state }), fence(at(seconds)));
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
    const why = { reason: 'unreachable', errorMessage: 'the line was cut' } as const;
    const trouble = { ...why, attempt: 3, nextTryAt: at(30) };
    await store.save(snapshot(sessionId, { state: 'backoff', ...trouble }), fence(now));
    await store.save(snapshot(sessionId, { state: 'open' }), fence(at(1)));
    expect(await find(sessionId)).toMatchObject({ attempt: 0 });
    expect((await find(sessionId))?.stateReason).toBeUndefined();
    expect((await find(sessionId))?.nextTryAt).toBeUndefined();
    expect((await findModel(sessionId))?.errorMessage).toBeNull();
  });

  it('keeps the number and the name until it is told others', async () => {
    const sessionId = await create();
    const me = { phoneNumber: '+6281234567890', name: 'Operator' };
    await store.save(snapshot(sessionId, { state: 'open', ...me }), fence(now));
    await store.save(snapshot(sessionId, { state: 'backoff' }), fence(now));
    expect(await find(sessionId)).toMatchObject({
      userPhone: '+6281234567890',
      userName: 'Operator',
    });
    await store.save(snapshot(sessionId, { name: 'New' }), fence(now));
    expect(await find(sessionId)).toMatchObject({ userPhone: '+6281234567890', userName: 'New' });
  });

  it('can write whatever strangers chose as a name, or an error says', async () => {
    const sessionId = await create();
    const odd = `a\0b' "c" $1 😀 ${'ä'.repeat(300)}`;
    const why = { reason: 'connection_failed', errorMessage: odd } as const;
    await store.save(snapshot(sessionId, { state: 'failed', name: odd, ...why }), fence(now));
    const kept = odd.replace('\0', '').slice(0, 255);
    expect(await find(sessionId)).toMatchObject({
      userName: kept,
      stateReason: 'connection_failed',
      errorMessage: kept,
    });
    await store.blockContacts(sessionId, at(9), 'contact_refused', now);
    expect((await find(sessionId))?.contactsBlockedBy).toBe('contact_refused');
  });

  it('shows a reason that it does not know as the text of an unknown one', async () => {
    const sessionId = await create();
    await migrated.database.statements.change(
      `UPDATE "sessions" SET "stateReason" = 'moon_phase', "contactsBlockedBy" = 'tides'
       WHERE "sessionId" = $1`,
      [sessionId],
    );
    expect(await find(sessionId)).toMatchObject({
      stateReason: 'unknown',
      errorMessage: 'moon_phase',
      contactsBlockedBy: 'unknown',
    });
  });

  it('writes nothing for a session that is not there', async () => {
    await store.save(snapshot('nobody', { state: 'open' }), fence(now));
    await store.setLinked('nobody', true, now);
    await store.blockContacts('nobody', at(1), 'time_locked', now);
    expect(await findModel('nobody')).toBeNull();
  });

  it('saves nothing for a node without the lease, nor after it ran out', async () => {
    const sessionId = await create();
    const before = await find(sessionId);
    await store.save(snapshot(sessionId, { state: 'open' }), { ...fence(now), owner: 'another' });
    await store.save(snapshot(sessionId, { state: 'open' }), fence(at(3600)));
    expect(await find(sessionId)).toEqual(before);
  });
});
