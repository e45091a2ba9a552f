import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import type { SessionContext } from './context.ts';
import { getSession } from './find-session.ts';
import { describeSession, type SessionDetails } from './session-details.ts';

/**
 * Makes a session, of a drawn name when none is given, and begins to link it.
 * @throws {AppError} `forbidden` for a name that the caller's key is not for, `session_exists`, and
 *   `session_limit` when the account has as many as it may.
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
    throw new AppError('session_exists', 'There is a session of this name already');
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
    // The session is there all the same: asking for its QR tries again.
    ctx.logger.error({ err, sessionId }, 'a new session could not be started');
  }
  return describeSession(ctx, await getSession(ctx, caller, sessionId));
}

function tooMany(most: number): AppError {
  return new AppError(
    'session_limit',
    `An account has at most ${most} sessions: delete one, or have the operator raise LIMIT_SESSIONS_PER_ACCOUNT`,
  );
}
