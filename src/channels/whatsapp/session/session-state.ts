import type { SessionSnapshot, SessionState } from '../../../domain/whatsapp/session.ts';
import { toSessionName } from '../../../domain/whatsapp/session-id.ts';
import { explainSessionReason } from '../../../domain/whatsapp/session-reason.ts';

/** The kinds of changes. All but `other` are recorded in the session's history. */
export type Change = 'qr' | 'paired' | 'open' | 'close' | 'other';

export type Publish = (snapshot: SessionSnapshot, change: Change) => void;

type Standing = Omit<SessionSnapshot, 'sessionId'>;

export type Progress = ReturnType<typeof createSessionState>;

/** A session that was never linked. */
export const FRESH: Standing = {
  state: 'unlinked',
  reason: undefined,
  errorMessage: undefined,
  attempt: 0,
  nextTryAt: undefined,
  qr: undefined,
  phoneNumber: undefined,
  name: undefined,
};

/** Holds the state of one session, and lets others wait for it to change. */
export function createSessionState({
  sessionId,
  publish,
}: {
  readonly sessionId: string;
  readonly publish: Publish;
}) {
  const waiters = new Set<() => void>();
  let sessionState = FRESH;

  const snapshot = (): SessionSnapshot => ({ sessionId, ...sessionState });

  /** Changes to `state`. The previous reason, next try and QR code are cleared unless `changes` has new ones. */
  function transition(
    state: SessionState,
    changes: Partial<Standing> = {},
    change: Change = 'other',
  ) {
    const cleared = { reason: undefined, errorMessage: undefined };
    const over = { nextTryAt: undefined, qr: undefined };
    sessionState = { ...sessionState, ...cleared, ...over, ...changes, state };
    publish(snapshot(), change);
    for (const wake of waiters) wake();
  }

  /** Resolves when `isReached` returns true. @throws the deadline's reason. */
  async function waitUntil(isReached: () => boolean, deadline: AbortSignal): Promise<void> {
    while (!isReached()) {
      deadline.throwIfAborted();
      await nextMove(deadline);
    }
  }

  function nextMove(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        waiters.delete(wake);
        deadline.removeEventListener('abort', wake);
        resolve();
      };
      waiters.add(wake);
      deadline.addEventListener('abort', wake);
    });
  }

  return { snapshot, state: () => sessionState.state, transition, waitUntil };
}

/** Describes the state of a session to operators. */
export function describe(snapshot: SessionSnapshot): string {
  const why = explainSessionReason(snapshot);
  const name = toSessionName(snapshot.sessionId);
  return `session ${name} is ${snapshot.state}${why === undefined ? '' : ` (${why})`}`;
}
