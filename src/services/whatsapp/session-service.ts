import { ChannelError } from '../../channels/contract.ts';
import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError } from '../../domain/errors.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import type { Dependencies } from './context.ts';
import { createFinding, keptElsewhere } from './find-session.ts';
import { createLinking } from './pair-session.ts';
import type { LinkingSecret } from './pairing-secret.ts';
import { createMessaging } from './send-message.ts';
import { createDescribing, type SessionDetails } from './session-details.ts';
import { createWatching, type SessionListener, type SessionView } from './watch-session.ts';

export type { LinkingSecret, SessionDetails, SessionListener, SessionView };

export type SessionService = ReturnType<typeof createSessionService>;

/** The linked numbers of an installation: made, linked, watched, written from and removed. */
export function createSessionService(dependencies: Dependencies) {
  const { sessions, keeper, activity, now, logger, mostSessions } = dependencies;
  const { getRow, getVisibleRow, listVisibleRows, takeUp } = createFinding(dependencies);
  const { describe } = createDescribing(dependencies);
  const { watch, announceRemoval } = createWatching(dependencies);

  /**
   * Makes a session, of a drawn name when none is given, and begins to link it.
   * @throws {AppError} `forbidden` for a name that the caller's key is not for, `session_exists`, and
   *   `session_limit` when the account has as many as it may.
   */
  async function create(
    caller: Caller,
    sessionId = toSessionId(caller.accountId, `wa-${randomId(6)}`),
  ): Promise<SessionDetails> {
    const { accountId } = caller;
    assertPermitted(caller.restrictions, { sessionId });
    const most = mostSessions > 0 ? mostSessions : undefined;
    const outcome = await sessions.create({ accountId, sessionId }, now(), most);
    if (outcome === 'full') throw tooMany(mostSessions);
    if (outcome === 'taken')
      throw new AppError('session_exists', 'There is a session of this name already');
    await activity
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
      logger.error({ err, sessionId }, 'a new session could not be started');
    }
    return describe(await getRow(caller, sessionId));
  }

  /** The sessions of the caller's account, or of all accounts for an operator. */
  async function list(caller: Caller): Promise<SessionDetails[]> {
    const rows = await listVisibleRows(caller);
    return Promise.all(rows.map(describe));
  }

  /**
   * One of those that `list` has.
   * @throws {AppError} `session_not_found`, or `forbidden` for one that the caller's key is not for.
   */
  async function get(caller: Caller, sessionId: string): Promise<SessionDetails> {
    return describe(await getVisibleRow(caller, sessionId));
  }

  /**
   * Connects anew at once, also when nothing would happen by itself any more.
   * @throws {AppError} `session_not_found`, `session_not_connected` when another node keeps it.
   */
  async function restart(caller: Caller, sessionId: string): Promise<SessionDetails> {
    const { row } = await takeUp(caller, sessionId);
    await activity.audit(caller, { action: 'session_restart', status: 'success', sessionId });
    await keeper.restart(sessionId).catch(throwNotHeld);
    return describe(row);
  }

  /**
   * Logs the device out, wipes its credentials and forgets the session; its log lines stay.
   * @throws {AppError} `session_not_found`, `session_not_connected` when another node keeps it.
   */
  async function remove(caller: Caller, sessionId: string): Promise<void> {
    await takeUp(caller, sessionId);
    await activity.audit(caller, { action: 'session_delete', status: 'success', sessionId });
    await keeper.remove(sessionId).catch(throwNotHeld);
    await sessions.remove(sessionId);
    announceRemoval(sessionId);
  }

  /** Begins to keep every session on record: one that fails does not hold up the others. */
  async function restoreAll(): Promise<void> {
    const rows = await sessions.listAll();
    const keeping = rows.map(({ sessionId, accountId }) =>
      keeper.keep({ sessionId, accountId }).catch((err: unknown) => {
        logger.error({ err, sessionId }, 'a session could not be taken up');
      }),
    );
    await Promise.all(keeping);
  }

  return {
    create,
    list,
    get,
    restart,
    remove,
    restoreAll,
    watch,
    ...createLinking(dependencies),
    ...createMessaging(dependencies),
  };
}

function tooMany(most: number): AppError {
  return new AppError(
    'session_limit',
    `An account has at most ${most} sessions: delete one, or have the operator raise LIMIT_SESSIONS_PER_ACCOUNT`,
  );
}

/** Another node took the session up in this very moment. */
function throwNotHeld(error: unknown): never {
  throw error instanceof ChannelError ? keptElsewhere(error) : error;
}
