import { readSettings, type SessionSettings } from '../../domain/conversations/session-settings.ts';
import {
  type DeviceInfo,
  isAtRest,
  type SessionSnapshot,
  type SessionState,
  type SessionStatus,
  sessionLeaseName,
  toSessionStatus,
} from '../../domain/whatsapp/session.ts';
import type { ContactBlockReason, SessionReason } from '../../domain/whatsapp/session-reason.ts';
import type { ListedSession } from '../../storage/whatsapp/session-lists.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { SessionContext } from './context.ts';

/** A session as its owner may see it. */
export type SessionDetails = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly state: SessionState;
  readonly status: SessionStatus;
  readonly reason: SessionReason | undefined;
  /** An external message about the reason, for people. */
  readonly errorMessage: string | undefined;
  readonly attempt: number;
  readonly nextTryAt: Date | undefined;
  readonly isConnected: boolean;
  /** The linked number in E.164, or the last one that was linked. */
  readonly phoneNumber: string | undefined;
  /** The account's own display name: untrusted text. */
  readonly name: string | undefined;
  /** WhatsApp's own ID of the account. */
  readonly userId: string | undefined;
  readonly device: DeviceInfo | undefined;
  readonly connectedAt: Date | undefined;
  readonly disconnectedAt: Date | undefined;
  readonly createdAt: Date;
  readonly settings: SessionSettings;
  /** Whether this node keeps the session. */
  readonly keptHere: boolean;
  /** Until then, this session sends nothing to new contacts. */
  readonly contactsBlockedUntil: Date | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
  /** The send queue of the session on this node. */
  readonly queue: { readonly waiting: number; readonly oldestSeconds: number };
};

/** The part of the details that changes with the connection. */
type Connection = Pick<
  SessionDetails,
  'state' | 'reason' | 'errorMessage' | 'attempt' | 'nextTryAt' | 'keptHere'
>;

/** Describes a session by its row, and by the current snapshot if this node keeps it. */
export async function describeSession(
  ctx: SessionContext,
  row: StoredSession,
): Promise<SessionDetails> {
  const snapshot = ctx.keeper.snapshot(row.sessionId);
  if (snapshot) return mergeSnapshot(ctx, row, snapshot);
  const owner = await ctx.leases.findOwner(sessionLeaseName(row.sessionId), ctx.now());
  return toDetails(ctx, row, storedConnection({ ...row, isHosted: owner !== undefined }));
}

/** Describes a session of a list in the same way. */
export function describeListed(ctx: SessionContext, row: ListedSession): SessionDetails {
  const snapshot = ctx.keeper.snapshot(row.sessionId);
  return snapshot ? mergeSnapshot(ctx, row, snapshot) : toDetails(ctx, row, storedConnection(row));
}

/** Describes a session by its row and a snapshot. */
export function mergeSnapshot(
  ctx: SessionContext,
  row: StoredSession,
  snapshot: SessionSnapshot,
): SessionDetails {
  const { state, reason, errorMessage, attempt, nextTryAt } = snapshot;
  const keptHere = ctx.keeper.snapshot(row.sessionId) !== undefined;
  const connection = { state, reason, errorMessage, attempt, nextTryAt, keptHere };
  const details = toDetails(ctx, row, connection);
  const { phoneNumber = details.phoneNumber, name = details.name } = snapshot;
  const { userId = details.userId, device = details.device } = snapshot;
  return { ...details, phoneNumber, name, userId, device };
}

function toDetails(
  { keeper, now }: SessionContext,
  row: StoredSession,
  connection: Connection,
): SessionDetails {
  const { sessionId, accountId, userPhone, userName } = row;
  const { connectedAt, disconnectedAt, createdAt } = row;
  const { contactsBlockedUntil, contactsBlockedBy } = row;
  const isBlocked = contactsBlockedUntil !== undefined && contactsBlockedUntil > now();
  return {
    sessionId,
    accountId,
    ...connection,
    status: toSessionStatus(connection.state),
    isConnected: connection.state === 'open',
    phoneNumber: userPhone,
    name: userName,
    userId: row.userId,
    device: row.deviceInfo,
    connectedAt,
    disconnectedAt,
    createdAt,
    settings: readSettings(row),
    contactsBlockedUntil: isBlocked ? contactsBlockedUntil : undefined,
    contactsBlockedBy: isBlocked ? contactsBlockedBy : undefined,
    queue: keeper.queue(sessionId),
  };
}

function storedConnection(row: ListedSession): Connection {
  return row.isHosted ? connectionOf(row) : connectionOfAbandoned(row);
}

/** For a session that another node keeps, which writes each change to the row. */
function connectionOf(row: StoredSession): Connection {
  const { state, stateReason: reason, errorMessage, attempt, nextTryAt } = row;
  return { state, reason, errorMessage, attempt, nextTryAt, keptHere: false };
}

/** For a session whose node is gone, so that the row is out of date. */
function connectionOfAbandoned(row: StoredSession): Connection {
  if (isAtRest(row.state)) return connectionOf(row);
  return {
    state: 'connecting',
    reason: 'not_kept',
    errorMessage: undefined,
    attempt: 0,
    nextTryAt: undefined,
    keptHere: false,
  };
}
