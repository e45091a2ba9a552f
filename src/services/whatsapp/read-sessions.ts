import type { Caller } from '../../domain/access/caller.ts';
import type { SessionContext } from './context.ts';
import { getVisibleSession, listVisibleSessions } from './find-session.ts';
import { describeSession, type SessionDetails } from './session-details.ts';

/** The sessions of the caller's account, or of all accounts for an operator. */
export async function listSessions(ctx: SessionContext, caller: Caller): Promise<SessionDetails[]> {
  const rows = await listVisibleSessions(ctx, caller);
  return Promise.all(rows.map((row) => describeSession(ctx, row)));
}

/**
 * One of those that `listSessions` has.
 * @throws {AppError} `session_not_found`, or `forbidden` for one that the caller's key is not for.
 */
export async function readSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionDetails> {
  return describeSession(ctx, await getVisibleSession(ctx, caller, sessionId));
}
