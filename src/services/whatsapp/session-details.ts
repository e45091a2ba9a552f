import {
  isEnded,
  type SessionSnapshot,
  type SessionState,
  type SessionStatus,
  sessionLeaseName,
  toSessionStatus,
} from '../../domain/whatsapp/session.ts';
import type { ContactBlockReason, SessionReason } from '../../domain/whatsapp/session-reason.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { SessionContext } from './context.ts';

/** A session as its owner may see it. */
export type SessionDetails = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly state: SessionState;
  readonly status: SessionStatus;
  readonly reason: SessionReason | undefined;
  /** A text from outside that belongs to the reason, for people. */
  readonly errorMessage: string | undefined;
  readonly attempt: number;
  readonly nextTryAt: Date | undefined;
  readonly isConnected: boolean;
  /** The linked number in E.164, or the one that was linked last. */
  readonly phoneNumber: string | undefined;
  /** What the account calls itself: a stranger's text. */
  readonly name: string | undefined;
  readonly connectedAt: Date | undefined;
  readonly disconnectedAt: Date | undefined;
  readonly createdAt: Date;
  /** Whether this node is the one that keeps it. */
  readonly keptHere: boolean;
  /** Until then, nobody is written to whom this session has not written before. */
  readonly contactsBlockedUntil: Date | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
  /** What waits to be sent on this node. */
  readonly queue: { readonly waiting: number; readonly oldestSeconds: number };
};

/** The part of the details that changes with the connection. */
type Standing = Pick<
  SessionDetails,
  'state' | 'reason' | 'errorMessage' | 'attempt' | 'nextTryAt' | 'keptHere'
>;

/** How a session stands now: its row, and what its keeper knows better when that is this node. */
export async function describeSession(
  ctx: SessionContext,
  row: StoredSession,
): Promise<SessionDetails> {
  const snapshot = ctx.keeper.snapshot(row.sessionId);
  if (snapshot) return mergeSnapshot(ctx, row, snapshot);
  const owner = await ctx.leases.findOwner(sessionLeaseName(row.sessionId), ctx.now());
  return toDetails(ctx, row, owner === undefined ? standingOfAbandoned(row) : standingOf(row));
}

/** How a session stood when its keeper took `snapshot`. */
export function mergeSnapshot(
  ctx: SessionContext,
  row: StoredSession,
  snapshot: SessionSnapshot,
): SessionDetails {
  const { state, reason, errorMessage, attempt, nextTryAt } = snapshot;
  const standing = { state, reason, errorMessage, attempt, nextTryAt, keptHere: true };
  const details = toDetails(ctx, row, standing);
  const { phoneNumber = details.phoneNumber, name = details.name } = snapshot;
  return { ...details, phoneNumber, name };
}

function toDetails(
  { keeper, now }: SessionContext,
  row: StoredSession,
  standing: Standing,
): SessionDetails {
  const { sessionId, accountId, userPhone, userName } = row;
  const { connectedAt, disconnectedAt, createdAt } = row;
  const { contactsBlockedUntil, contactsBlockedBy } = row;
  const isBlocked = contactsBlockedUntil !== undefined && contactsBlockedUntil > now();
  return {
    sessionId,
    accountId,
    ...standing,
    status: toSessionStatus(standing.state),
    isConnected: standing.state === 'open',
    phoneNumber: userPhone,
    name: userName,
    connectedAt,
    disconnectedAt,
    createdAt,
    contactsBlockedUntil: isBlocked ? contactsBlockedUntil : undefined,
    contactsBlockedBy: isBlocked ? contactsBlockedBy : undefined,
    queue: keeper.queue(sessionId),
  };
}

/** Another node keeps it and writes down what happens. */
function standingOf(row: StoredSession): Standing {
  const { state, stateReason: reason, errorMessage, attempt, nextTryAt } = row;
  return { state, reason, errorMessage, attempt, nextTryAt, keptHere: false };
}

/** The node that kept it is gone, and what it wrote last is no longer so. */
function standingOfAbandoned(row: StoredSession): Standing {
  if (row.state === 'unlinked' || isEnded(row.state)) return standingOf(row);
  return {
    state: 'connecting',
    reason: 'not_kept',
    errorMessage: undefined,
    attempt: 0,
    nextTryAt: undefined,
    keptHere: false,
  };
}
