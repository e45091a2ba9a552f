import { randomUUID } from 'node:crypto';
import { sessionLeaseName } from '../../domain/whatsapp/session.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import { addSeconds, type Clock } from '../../lib/time/clock.ts';
import type { SessionIdentity } from '../session-contract.ts';
import type { CredentialRows, Leases, SessionRecords } from './interfaces.ts';

/** What taking over the device of another program needs. */
export type SessionImportContext = {
  readonly credentials: Pick<CredentialRows, 'replace'>;
  readonly records: Pick<SessionRecords, 'save' | 'setLinked' | 'findById'> & {
    /** Creates a session that is not linked. */
    create(
      session: SessionIdentity,
      now: Date,
      maxSessions?: number,
    ): Promise<'created' | 'taken' | 'full'>;
    findLinkedTo(phoneNumber: string): Promise<string | undefined>;
  };
  readonly leases: Pick<Leases, 'acquire' | 'release'>;
  readonly sealer: Sealer;
  readonly mostSessions: number;
  readonly now: Clock;
};

type Options = SessionIdentity & {
  /** Where the other program stored its credentials: see `readAuthFiles`. */
  readonly from: string;
  /** Whether the number may be linked in another session: by another device of it. */
  readonly isSecondDevice: boolean;
};

export type ImportedSession = { readonly phoneNumber: string; readonly keys: number };

/** A session that the next node that looks for one connects. */
const CONNECTING = {
  state: 'connecting',
  reason: 'not_kept',
  attempt: 0,
  ...{ errorMessage: undefined, nextTryAt: undefined, qr: undefined, name: undefined },
} as const;

/** Writing thousands of keys takes seconds. */
const LEASE_SECONDS = 60;

/**
 * Stores the credentials of a device that another program has linked as those of a session, which any node then connects.
 * The other program must not connect any longer: WhatsApp allows one connection of a device, and its keys change with
 * every message.
 * @throws {Error} with a sentence for the operator, before anything is changed.
 */
export async function importSession(
  ctx: SessionImportContext,
  { from, isSecondDevice, ...session }: Options,
): Promise<ImportedSession> {
  const { createKeyCodec, readAuthFiles } = await import('./protocol/protocol.ts');
  const { phoneNumber, keys } = await readAuthFiles(from);
  const holder = await ctx.records.findLinkedTo(phoneNumber);
  if (holder !== undefined && !isSecondDevice) {
    throw new Error(
      `${phoneNumber} is already linked in session ${holder}. If this is another device of the number, add --second-device`,
    );
  }
  await createUnlinked(ctx, session);
  const { sessionId } = session;
  const codec = createKeyCodec({ sessionId, sealer: ctx.sealer });
  await withLease(ctx, sessionId, async (owner) => {
    const fence = () => ({ leaseName: sessionLeaseName(sessionId), owner, now: ctx.now() });
    if (!(await ctx.credentials.replace(fence(), sessionId, keys.map(codec.seal)))) {
      throw new Error('The credentials were not stored, because a node has taken the session');
    }
    await ctx.records.setLinked(sessionId, true, ctx.now());
    await ctx.records.save({ ...CONNECTING, sessionId, phoneNumber }, fence());
  });
  return { phoneNumber, keys: keys.length };
}

/** Creates the session, or takes one of the account that is not linked. @throws {Error} */
async function createUnlinked(
  { records, mostSessions, now }: SessionImportContext,
  session: SessionIdentity,
): Promise<void> {
  const outcome = await records.create(session, now(), mostSessions);
  if (outcome === 'full') throw new Error(`An account can have at most ${mostSessions} sessions`);
  if (outcome === 'created') return;
  const present = await records.findById(session.sessionId);
  if (present && !present.isLinked) return;
  throw new Error('This session already has a linked number. Choose another name with --session');
}

/** Holds the lease of the session meanwhile, so that no node connects it with half of its keys. @throws {Error} */
async function withLease(
  { leases, now }: SessionImportContext,
  sessionId: string,
  task: (owner: string) => Promise<void>,
): Promise<void> {
  const owner = `import.${randomUUID()}`;
  const lease = { name: sessionLeaseName(sessionId), owner };
  if (!(await leases.acquire(lease, now(), addSeconds(now(), LEASE_SECONDS)))) {
    throw new Error(
      'A running node has this session open. Choose another name with --session, or delete the session first',
    );
  }
  try {
    await task(owner);
  } finally {
    await leases.release(lease);
  }
}
