import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import type { SessionContext } from './context.ts';
import { getSession } from './find-session.ts';
import { describeSession, type SessionDetails } from './session-details.ts';

/**
 * Creates a session, with a random name if none is given, and starts to link it.
 * @throws {AppError} `forbidden` for a name that the caller's key does not permit, `session_exists`, and
 *   `session_limit` when the account has reached its maximum.
 */
export async function createSession(
  ctx: SessionContext,
  caller: Caller,
  sessionId = toSessionId(caller.accountId, `wa-${randomId(6)}`),
): Promise<SessionDetails> {
  const { sessions, keeper, mostSessions } = ctx;
  const { accountId } = caller;
  assertPermitted(caller.restrictions, { sessionId });
  const most = mostSessions > 0 ? mostSessions : undefined;
  const outcome = await sessions.create({ accountId, sessionId }, ctx.now(), most);
  if (outcome === 'full') throw tooMany(mostSessions);
  if (outcome === 'taken')
    throw new AppError('session_exists', 'A session with this name already exists');
  await ctx.activity
    .audit(caller, { action: 'session_create', status: 'success', sessionId })
    .catch(async (error: unknown) => {
      await Promise.allSettled([sessions.remove(sessionId)]);
      throw error;
    });
  try {
    await keeper.keep({ sessionId, accountId });
    await keeper.startLinking(sessionId);
  } catch (err) {
    // The session exists anyway: requesting its QR code tries again.
    ctx.logger.error({ err, sessionId }, 'could not start a new session');
  }
  return describeSession(ctx, await getSession(ctx, caller, sessionId));
}

function tooMany(most: number): AppError {
  return new AppError(
    'session_limit',
    `An account can have at most ${most} sessions. Delete one, or ask the operator to raise LIMIT_SESSIONS_PER_ACCOUNT.`,
  );
}
