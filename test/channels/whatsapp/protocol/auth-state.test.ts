import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AuthState } from '../../../../src/channels/whatsapp/protocol/auth-state.ts';
import { proto, type SignalDataSet } from '../../../../src/channels/whatsapp/protocol/baileys.ts';
import { itOnOneDatabase, onEveryDatabase } from '../../../support/database/lanes.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { createAuthStates, linkByHand } from '../../../support/whatsapp/auth-states.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** Sessions of some people, each with a text of its own. */
function sessionsOf(entries: Record<string, string | null>): SignalDataSet {
  const session = Object.entries(entries).map(([id, text]) => [
    id,
    text === null ? null : bytes(text),
  ]);
  return { session: Object.fromEntries(session) };
}

async function readSessions({ keys }: AuthState, ids: string[]): Promise<Record<string, string>> {
  const found = Object.entries(await keys.get('session', ids));
  return Object.fromEntries(found.map(([id, value]) => [id, Buffer.from(value).toString()]));
}

onEveryDatabase('the credentials of a device on %s', (dialect) => {
  const itOnOne = itOnOneDatabase(dialect);
  let migrated: MigratedDatabase;
  let createSession: ReturnType<typeof createAuthStates>['createSession'];

  beforeAll(async () => {
    migrated = await createMigratedDatabase(dialect);
    ({ createSession } = createAuthStates(migrated));
  });
  afterAll(() => migrated.close());

  async function createLinked() {
    const session = await createSession();
    const auth = session.draft();
    linkByHand(auth);
    await auth.keys.set({});
    return { ...session, auth };
  }

  itOnOne(
    'are not written before a phone has signed them, and then with all that came before',
    async () => {
      const { draft, load, count, control } = await createSession();
      const auth = draft();
      auth.noteChange();
      await auth.keys.set(sessionsOf({ early: 'one' }));
      expect(await readSessions(auth, ['early', 'nobody'])).toEqual({ early: 'one' });
      await pause(20);
      expect([await count(), control.writes, auth.isLinked()]).toEqual([0, 0, false]);
      linkByHand(auth);
      await auth.keys.set(sessionsOf({ late: 'two' }));
      const loaded = await load();
      expect(loaded.isLinked()).toBe(true);
      expect(loaded.creds).toEqual(auth.creds);
      expect(await readSessions(loaded, ['early', 'late'])).toEqual({ early: 'one', late: 'two' });
    },
  );

  itOnOne('leave nothing of an attempt to link that was given up', async () => {
    const { draft, count } = await createSession();
    const auth = draft();
    await auth.keys.set(sessionsOf({ a: 'one' }));
    await auth.close();
    expect(await count()).toBe(0);
  });

  it('come back as they were: bytes, pairs of keys and messages', async () => {
    const { auth, load } = await createLinked();
    const pair = { public: bytes('public'), private: bytes('private') };
    const shared = proto.Message.AppStateSyncKeyData.fromObject({
      keyData: bytes('shared'),
      timestamp: 7,
    });
    await auth.keys.set({
      'pre-key': { '1': pair },
      'app-state-sync-key': { k: shared },
      tctoken: { t: { token: Buffer.from('token') } },
    });
    const { keys } = await load();
    const preKey = (await keys.get('pre-key', ['1']))['1'];
    expect(Buffer.from(preKey?.private ?? []).toString()).toBe('private');
    const revived = (await keys.get('app-state-sync-key', ['k']))['k'];
    expect(revived).toBeInstanceOf(proto.Message.AppStateSyncKeyData);
    expect(Buffer.from(revived?.keyData ?? []).toString()).toBe('shared');
    expect((await keys.get('tctoken', ['t']))['t']?.token.toString()).toBe('token');
  });

  it('take 20 changes at a time, none of which is lost or overtaken', async () => {
    const { auth, load, control } = await createLinked();
    control.delayMs = 5;
    const rounds = Array.from({ length: 20 }, (_, round) => round);
    await Promise.all(
      rounds.map((round) =>
        auth.keys.set(sessionsOf({ shared: `round ${round}`, [`own-${round}`]: `${round}` })),
      ),
    );
    expect(control.most).toBe(1);
    const found = await readSessions(await load(), [
      'shared',
      ...rounds.map((round) => `own-${round}`),
    ]);
    expect(found).toEqual({
      shared: 'round 19',
      ...Object.fromEntries(rounds.map((round) => [`own-${round}`, `${round}`])),
    });
  });

  itOnOne('forget a key that is taken away', async () => {
    const { auth, load, count } = await createLinked();
    await auth.keys.set(sessionsOf({ a: 'one', b: 'two' }));
    const before = await count();
    await auth.keys.set(sessionsOf({ a: null }));
    expect(await readSessions(auth, ['a', 'b'])).toEqual({ b: 'two' });
    expect(await readSessions(await load(), ['a', 'b'])).toEqual({ b: 'two' });
    expect(await count()).toBe(before - 1);
  });

  it('are found in the database when there are more than memory keeps', async () => {
    const { auth } = await createLinked();
    const ids = Array.from({ length: 600 }, (_, index) => `id-${index}`);
    await auth.keys.set(sessionsOf(Object.fromEntries(ids.map((id) => [id, `of ${id}`]))));
    const found = await readSessions(auth, ids);
    expect(Object.keys(found)).toHaveLength(600);
    expect([found['id-0'], found['id-599']]).toEqual(['of id-0', 'of id-599']);
  });

  it('are another node’s once the lease is, and nothing is written any more', async () => {
    const { auth, faults, loseLease, readSealed } = await createLinked();
    await auth.keys.set(sessionsOf({ a: 'mine' }));
    await loseLease();
    const before = await readSealed();
    await auth.keys.set(sessionsOf({ a: 'too late' }));
    expect(faults.map(({ name }) => name)).toEqual(['LeaseLostError']);
    await auth.close();
    await auth.keys.set(sessionsOf({ a: 'later still' }));
    auth.noteChange();
    await pause(20);
    expect(await readSealed()).toEqual(before);
    expect(faults).toHaveLength(1);
  });

  itOnOne(
    'change no more when they are closed, and all that came before is written then',
    async () => {
      const { auth, load, control } = await createLinked();
      control.delayMs = 30;
      void auth.keys.set(sessionsOf({ a: 'one' }));
      auth.creds.nextPreKeyId = 4711;
      auth.noteChange();
      await auth.close();
      const writes = control.writes;
      await auth.keys.set(sessionsOf({ a: 'two' }));
      auth.noteChange();
      await pause(50);
      expect(control.writes).toBe(writes);
      const loaded = await load();
      expect(await readSessions(loaded, ['a'])).toEqual({ a: 'one' });
      expect(loaded.creds.nextPreKeyId).toBe(4711);
    },
  );
});
