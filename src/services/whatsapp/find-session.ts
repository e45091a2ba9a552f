import { ChannelError } from '../../channels/contract.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted, isPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import {
  noSuchSession,
  type SessionSnapshot,
  sessionLeaseName,
} from '../../domain/whatsapp/session.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { SessionContext } from './context.ts';

const RETRY_SECONDS = 5;

/**
 * A session of the caller's account.
 * @throws {AppError} `forbidden` for one that the caller's key is not for, whether or not it is
 * there, and `session_not_found`.
 */
export async function getSession(
  { sessions }: SessionContext,
  { accountId, restrictions }: Caller,
  sessionId: string,
): Promise<StoredSession> {
  assertPermitted(restrictions, { sessionId });
  return (await sessions.find(accountId, sessionId)) ?? throwNotFound();
}

/**
 * A session to tell about: an operator may know those of every account, and touches none of them.
 * @throws {AppError} as `getSession`.
 */
export async function getVisibleSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<StoredSession> {
  if (!caller.seesAllAccounts) return getSession(ctx, caller, sessionId);
  return (await ctx.sessions.findById(sessionId)) ?? throwNotFound();
}

/** All sessions that the caller may know of, oldest first. */
export async function listVisibleSessions(
  { sessions }: SessionContext,
  { accountId, seesAllAccounts, restrictions }: Caller,
): Promise<StoredSession[]> {
  const rows = await (seesAllAccounts ? sessions.listAll() : sessions.list(accountId));
  return rows.filter((row) => isPermitted(restrictions, row));
}

/**
 * Finds a session for something that only its keeper can do, and has this node keep it when none does.
 * The state is the row's while the session waits for a person: then it is not even held.
 * @throws {AppError} as `getSession`, or `session_not_connected` when another node keeps it.
 */
export async function takeUpSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<HeldSession> {
  const { keeper, leases } = ctx;
  const row = await getSession(ctx, caller, sessionId);
  if (!keeper.snapshot(sessionId)) {
    const owner = await leases.findOwner(sessionLeaseName(sessionId), ctx.now());
    if (owner !== undefined) throw keptElsewhere();
    await keeper.keep({ sessionId, accountId: row.accountId });
  }
  const snapshot = keeper.snapshot(sessionId);
  if (snapshot) return { ...snapshot, row };
  const { state, stateReason: reason, errorMessage } = row;
  return { sessionId, state, reason, errorMessage, qr: undefined, row };
}

/** A session that no other node keeps. */
export type HeldSession = Pick<
  SessionSnapshot,
  'sessionId' | 'state' | 'reason' | 'errorMessage' | 'qr'
> & {
  readonly row: StoredSession;
};

function throwNotFound(): never {
  throw noSuchSession();
}

export function keptElsewhere(cause?: unknown): AppError {
  const message = 'Another node keeps this session: ask that node, or try again when it has let go';
  return new AppError('session_not_connected', message, {
    retryAfterSeconds: RETRY_SECONDS,
    cause,
  });
}

/** WhatsApp, or who keeps the session, does not answer now. */
export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('provider_unavailable', message, {
    retryAfterSeconds: RETRY_SECONDS,
    cause,
  });
}

/** What a caller is told of a channel's failure; anything else that was thrown stays as it is. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof ChannelError)) return error;
  const { reason, message } = error;
  if (reason === 'not_on_channel') {
    return new AppError('recipient_unreachable', message, { cause: error });
  }
  if (reason === 'refused' || reason === 'misconfigured') {
    return new AppError('delivery_failed', message, { cause: error });
  }
  return unavailable(message, error);
}
