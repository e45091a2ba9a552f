import type { Caller } from '../../domain/access/caller.ts';
import { isAtRest } from '../../domain/whatsapp/session.ts';
import { eraseConversations } from '../conversations/conversation-service.ts';
import type { SessionContext } from './context.ts';
import { getSession, takeUpSession, throwUnanswered } from './find-session.ts';
import { describeSession, mergeSnapshot, type SessionDetails } from './session-details.ts';

/**
 * Reconnects a session immediately, even if it would no longer reconnect automatically.
 * @throws {AppError} `session_not_found`, `session_not_connected` when the node that keeps it does not respond.
 */
export async function restartSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionDetails> {
  const { row } = await takeUpSession(ctx, caller, sessionId);
  await ctx.activity.audit(caller, { action: 'session_restart', status: 'success', sessionId });
  await ctx.keeper.restart(sessionId).catch(throwUnanswered);
  return describeSession(ctx, row);
}

/**
 * Closes the connection of a session until it is restarted. The device stays linked. A session that has no connection stays
 * as it is.
 * @throws {AppError} `session_not_found`, `session_not_connected` when the node that keeps it does not respond.
 */
export async function stopSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<SessionDetails> {
  const held = await takeUpSession(ctx, caller, sessionId);
  await ctx.activity.audit(caller, { action: 'session_stop', status: 'success', sessionId });
  if (!isAtRest(held.state)) await ctx.keeper.stop(sessionId).catch(throwUnanswered);
  const row = await getSession(ctx, caller, sessionId);
  const snapshot = await ctx.keeper.fetchSnapshot(sessionId).catch(throwUnanswered);
  return snapshot ? mergeSnapshot(ctx, row, snapshot) : describeSession(ctx, row);
}

/**
 * Logs the device out and deletes its credentials and the session. Log entries stay.
 * @throws {AppError} `session_not_found`, `session_not_connected` when the node that keeps it does not respond.
 */
export async function removeSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId: string,
): Promise<void> {
  await takeUpSession(ctx, caller, sessionId);
  await ctx.activity.audit(caller, { action: 'session_delete', status: 'success', sessionId });
  await ctx.keeper.remove(sessionId).catch(throwUnanswered);
  await eraseConversations(ctx, sessionId);
  await ctx.sessions.remove(sessionId);
  ctx.removals.announce(sessionId);
}
