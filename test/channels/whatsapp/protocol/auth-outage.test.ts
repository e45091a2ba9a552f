import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuthState } from '../../../../src/channels/whatsapp/protocol/auth-state.ts';
import {
  createMigratedDatabase,
  type MigratedDatabase,
} from '../../../support/database/migrated-database.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { createAuthStates, linkByHand } from '../../../support/whatsapp/auth-states.ts';

let migrated: MigratedDatabase;
let createSession: ReturnType<typeof createAuthStates>['createSession'];

beforeAll(async () => {
  migrated = await createMigratedDatabase('sqlite');
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

const put = ({ keys }: AuthState, id: string, text: string) =>
  keys.set({ session: { [id]: new Uint8Array(Buffer.from(text)) } });

async function read({ keys }: AuthState, id: string): Promise<string | undefined> {
  const found = (await keys.get('session', [id]))[id];
  return found && Buffer.from(found).toString();
}

describe.concurrent('a database that is out of reach', () => {
  it('stops nobody, and gets everything as soon as it is back', async () => {
    const { auth, load, control, logLines, faults } = await createLinked();
    control.failures = 3;
    await put(auth, 'a', 'one');
    await put(auth, 'b', 'two');
    expect([await read(auth, 'a'), await read(auth, 'b')]).toEqual(['one', 'two']);
    expect(await read(await load(), 'a')).toBeUndefined();
    expect(logLines.join('')).toContain('could not save credentials');
    const reloaded = await waitFor(async () => {
      const loaded = await load();
      return (await read(loaded, 'b')) === undefined ? undefined : loaded;
    }, 'the database to have it all');
    expect([await read(reloaded, 'a'), await read(reloaded, 'b')]).toEqual(['one', 'two']);
    expect(faults).toEqual([]);
  });

  it('is waited for by whoever closes the session', async () => {
    const { auth, load, control } = await createLinked();
    control.failures = 2;
    await put(auth, 'a', 'one');
    await auth.close();
    expect(control.failures).toBe(0);
    expect(await read(await load(), 'a')).toBe('one');
  });

  it('is tried once a second, however much waits', async () => {
    const { auth, control } = await createLinked();
    control.failures = 100;
    const writes = control.writes;
    for (let round = 0; round < 10; round += 1) await put(auth, 'a', `round ${round}`);
    expect(control.writes).toBe(writes + 10);
    await pause(2500);
    expect(control.writes - writes - 10).toBeGreaterThanOrEqual(1);
    expect(control.writes - writes - 10).toBeLessThanOrEqual(2);
    control.failures = 0;
    await auth.close();
  });

  it('gets no older value after a newer one, however slowly it comes back', async () => {
    const { auth, load, control } = await createLinked();
    control.failures = 1;
    await put(auth, 'a', 'older');
    // The next try is on its way when the value changes.
    control.delayMs = 300;
    const writes = control.writes;
    await waitFor(() => (control.writes > writes ? true : undefined), 'the next try');
    await pause(50);
    control.delayMs = 10;
    await put(auth, 'a', 'newer');
    await auth.close();
    await pause(400);
    expect(await read(await load(), 'a')).toBe('newer');
    expect(control.most).toBe(1);
  });
});
