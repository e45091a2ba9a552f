import { isOpening, type SessionState } from '../../../domain/whatsapp/session.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import type { Socket } from '../protocol/socket.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { Connection } from './connection.ts';
import { describe, type Progress } from './session-state.ts';

type Options = {
  readonly sessionState: Progress;
  readonly connection: Connection;
  /** Connects with the stored credentials. */
  readonly start: () => Promise<void>;
  /** Resolves when the stored credentials were read for the first time. Before that, the state says nothing. */
  readonly started: Promise<void>;
};

/** States from which a linked session opens automatically. */
const COMES_BACK: ReadonlySet<SessionState> = new Set(['connecting', 'linking', 'backoff']);

/** How often senders may trigger another attempt, and how long each waits for it. */
const HURRY_EVERY_MS = 5000;
const HURRY_MS = 2000;

const soon = (deadline: AbortSignal) => AbortSignal.any([deadline, AbortSignal.timeout(HURRY_MS)]);

/** Lets senders wait for the open connection of a session. */
export function createOpenWaiter({ sessionState, connection, start, started }: Options) {
  const { waitUntil, snapshot } = sessionState;
  let hurryAgainAt = 0;

  /** Waits for the open connection. Fails at once if the session needs an operator, or this node no longer hosts it. */
  async function whenOpen(deadline: AbortSignal): Promise<Socket> {
    await orDeadline(started, deadline);
    const comesBack = () =>
      COMES_BACK.has(sessionState.state()) && snapshot().reason !== 'not_kept';
    await waitUntil(() => sessionState.state() === 'open' || !comesBack(), deadline);
    const socket = connection.socket();
    if (socket && sessionState.state() === 'open') return socket;
    throw new NotSentError(describe(snapshot()));
  }

  /**
   * Reconnects a session in backoff at once, because a message is to be sent, but only every few
   * seconds. Resolves when the connection is open or does not open soon.
   */
  async function hurry(deadline: AbortSignal): Promise<void> {
    await orDeadline(started, deadline);
    if (sessionState.state() === 'backoff') {
      if (performance.now() < hurryAgainAt) return;
      hurryAgainAt = performance.now() + HURRY_EVERY_MS;
      void start();
      await waitUntil(() => sessionState.state() !== 'backoff', soon(deadline)).catch(() => {});
    }
    if (snapshot().attempt === 0) return; // No failure: `whenOpen` waits until the deadline.
    await waitUntil(() => !isOpening(sessionState.state()), soon(deadline)).catch(() => {});
  }

  return { whenOpen, hurry };
}
