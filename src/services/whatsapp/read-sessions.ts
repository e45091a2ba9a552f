import type { Caller } from '../../domain/access/caller.ts';
import type { SessionContext } from './context.ts';
import { getVisibleSession, listVisibleSessions } from './find-session.ts';
import { describeSession, type SessionDetails } from './session-details.ts';

/** Lists the sessions of the caller's account; for an operator, of all accounts. */
export async function listSessions(ctx: SessionContext, caller: Caller): Promise<SessionDetails[]> {
  const rows = await listVisibleSessions(ctx, caller);
  return Promise.all(rows.map((row) => describeSession(ctx, row)));
}

/**
 * Reads one of the sessions that `listSessions` returns.
 * @throws {AppError} `session_not_found`, or `forbidden` for one that the caller's key does not permit.
 */
export async function readSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionDetails> {
  return describeSession(ctx, await getVisibleSession(ctx, caller, sessionId));
}
