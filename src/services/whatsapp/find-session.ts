import { ChannelError } from '../../channels/contract.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { noSuchSession, type SessionSnapshot } from '../../domain/whatsapp/session.ts';
import type { SessionFilter } from '../../storage/whatsapp/session-lists.ts';
import type { StoredSession } from '../../storage/whatsapp/session-store.ts';
import type { SessionContext } from './context.ts';

const RETRY_SECONDS = 5;

/**
 * Gets a session of the caller's account.
 * @throws {AppError} `forbidden` for one that the caller's key does not permit, whether or not it
 * exists, and `session_not_found`.
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
 * Gets a session for reading. Operators can read the sessions of all accounts, but not change them.
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

/** The sessions that the caller may read. */
export function visibleTo({ accountId, seesAllAccounts, restrictions }: Caller): SessionFilter {
  return {
    accountId: seesAllAccounts ? undefined : accountId,
    sessionIds: restrictions.sessions,
  };
}

/**
 * Gets a session for an action that only the node that keeps it can do. If no node does, this one starts
 * to. A session that waits for a user is not held; then its state comes from the row.
 * @throws {AppError} as `getSession`, or `session_not_connected` when the node that keeps it does not respond.
 */
export async function takeUpSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<HeldSession> {
  const { keeper } = ctx;
  const row = await getSession(ctx, caller, sessionId);
  if (!keeper.snapshot(sessionId)) await keeper.takeUp({ sessionId, accountId: row.accountId });
  const snapshot = await keeper.fetchSnapshot(sessionId).catch(throwUnanswered);
  if (snapshot) return { ...snapshot, row };
  const { state, stateReason: reason, errorMessage } = row;
  return { sessionId, state, reason, errorMessage, qr: undefined, row };
}

/** The state of a session, from the node that keeps it if there is one. */
export type HeldSession = Pick<
  SessionSnapshot,
  'sessionId' | 'state' | 'reason' | 'errorMessage' | 'qr'
> & {
  readonly row: StoredSession;
};

function throwNotFound(): never {
  throw noSuchSession();
}

/** Another node keeps the session, and does not respond or has just started to. */
export function throwUnanswered(error: unknown): never {
  if (!(error instanceof ChannelError)) throw error;
  throw new AppError(
    'session_not_connected',
    'The node that hosts this session does not respond. Another one takes over soon: try again.',
    { retryAfterSeconds: RETRY_SECONDS, cause: error },
  );
}

/** The error when WhatsApp, or the node that keeps the session, does not respond. */
export function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('provider_unavailable', message, {
    retryAfterSeconds: RETRY_SECONDS,
    cause,
  });
}

/** Converts a channel's failure into an error for the caller. Other errors stay as they are. */
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
