import { ChannelError } from '../../channels/contract.ts';
import type { Caller } from '../../domain/caller.ts';
import { AppError } from '../../domain/errors.ts';
import { type SessionSnapshot, sessionLeaseName } from '../../domain/session.ts';
import type { StoredSession } from '../../storage/session-store.ts';
import type { Dependencies } from './dependencies.ts';

const RETRY_SECONDS = 5;

export function createFinding({
  sessions,
  leases,
  keeper,
  now,
}: Pick<Dependencies, 'sessions' | 'leases' | 'keeper' | 'now'>) {
  /** @throws {AppError} `session_not_found`. */
  async function getRow({ accountId }: Caller, sessionId: string): Promise<StoredSession> {
    const row = await sessions.find(accountId, sessionId);
    if (row) return row;
    throw new AppError('session_not_found', 'There is no session of this name');
  }

  /**
   * Finds a session for something that only its keeper can do, and has this node keep it when none does.
   * The state is the row's while the session waits for a person: then it is not even held.
   * @throws {AppError} `session_not_found`, or `session_not_connected` when another node keeps it.
   */
  async function takeUp(caller: Caller, sessionId: string): Promise<HeldSession> {
    const row = await getRow(caller, sessionId);
    if (!keeper.snapshot(sessionId)) {
      const owner = await leases.findOwner(sessionLeaseName(sessionId), now());
      if (owner !== undefined) throw keptElsewhere();
      await keeper.keep({ sessionId, accountId: row.accountId });
    }
    const snapshot = keeper.snapshot(sessionId);
    if (snapshot) return { ...snapshot, row };
    return { sessionId, state: row.state, reason: row.stateReason, qr: undefined, row };
  }

  return { getRow, takeUp };
}

/** A session that no other node keeps. */
export type HeldSession = Pick<SessionSnapshot, 'sessionId' | 'state' | 'reason' | 'qr'> & {
  readonly row: StoredSession;
};

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
