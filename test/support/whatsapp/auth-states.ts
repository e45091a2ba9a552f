import { setTimeout as pause } from 'node:timers/promises';
import type { CredentialRows } from '../../../src/channels/whatsapp/interfaces.ts';
import {
  type AuthState,
  draftAuthState,
  loadAuthState,
} from '../../../src/channels/whatsapp/protocol/auth-state.ts';
import { sessionLeaseName } from '../../../src/domain/whatsapp/session.ts';
import { createLogger } from '../../../src/lib/logger.ts';
import { createLeaseStore } from '../../../src/storage/limits/lease-store.ts';
import { createCredentialStore } from '../../../src/storage/whatsapp/credential-store.ts';
import type { MigratedDatabase } from '../database/migrated-database.ts';
import { SECRET_KEY } from '../http/harness.ts';
import { readSealed, sealerOf } from './sealed-credentials.ts';

const OWNER = 'this-node';

/** The store of one session, which a test can make fail, wait, and watch. */
function createFragileRows(rows: CredentialRows) {
  const control = { failures: 0, delayMs: 0, writes: 0, most: 0 };
  let running = 0;
  const fragile: CredentialRows = {
    ...rows,
    async replace(...call) {
      running += 1;
      control.writes += 1;
      control.most = Math.max(control.most, running);
      try {
        await pause(control.delayMs);
        if (control.failures > 0) {
          control.failures -= 1;
          throw new Error('the database is out of reach');
        }
        return await rows.replace(...call);
      } finally {
        running -= 1;
      }
    },
  };
  return { fragile, control };
}

/** Auth states of sessions over a real database, whose lease this node holds. */
export function createAuthStates({ database }: Pick<MigratedDatabase, 'database'>) {
  const store = createCredentialStore(database);
  const leases = createLeaseStore(database);
  let made = 0;

  async function createSession() {
    const sessionId = `session-${++made}`;
    const name = sessionLeaseName(sessionId);
    const now = new Date();
    await leases.acquire({ name, owner: OWNER }, now, new Date(now.getTime() + 60_000));
    const { fragile, control } = createFragileRows(store);
    const faults: Error[] = [];
    const logLines: string[] = [];
    const options = {
      sessionId,
      rows: fragile,
      sealer: sealerOf(SECRET_KEY),
      fence: () => ({ leaseName: name, owner: OWNER, now: new Date() }),
      logger: createLogger('info', { write: (line) => void logLines.push(line) }),
      onFault: (error: Error) => void faults.push(error),
    };
    return {
      sessionId,
      control,
      faults,
      logLines,
      draft: (): AuthState => draftAuthState(options),
      /** What a process that starts now finds in the database. */
      async load(): Promise<AuthState> {
        const sealed = (await store.load(sessionId, 'creds', ['creds'])).get('creds');
        if (sealed === undefined) throw new Error('there are no credentials');
        return loadAuthState(options, sealed);
      },
      readSealed: () => readSealed({ database }, sessionId),
      count: () => store.count(sessionId),
      /** As another node does once the lease has run out. */
      loseLease: () =>
        database.statements.change(
          `UPDATE "leases" SET "owner" = 'another-node' WHERE "name" = $1`,
          [name],
        ),
    };
  }

  return { createSession };
}

/** What pairing does to credentials: a phone has signed them. */
export function linkByHand({ creds, noteChange }: AuthState): void {
  creds.me = { id: '6281230000001:1@s.whatsapp.net', name: 'Owner' };
  creds.account = { details: Buffer.from('signed'), accountSignature: Buffer.from('by a phone') };
  noteChange();
}
