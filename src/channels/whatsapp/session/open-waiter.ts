import type { SessionState } from '../../../domain/whatsapp/session.ts';
import type { Socket } from '../protocol/socket.ts';
import { NotSentError } from '../sending/not-sent-error.ts';
import type { Connection } from './connection.ts';
import { describe, type Progress } from './session-state.ts';

type Options = {
  readonly sessionState: Progress;
  readonly connection: Connection;
  /** Connects with the credentials on record. */
  readonly start: () => Promise<void>;
};

/** From here a linked session opens without anybody's help. */
const COMES_BACK: ReadonlySet<SessionState> = new Set(['connecting', 'linking', 'backoff']);

/** On the way to an open connection. */
const OPENS: ReadonlySet<SessionState> = new Set(['connecting', 'linking']);

/** How often senders may ask for another try, and how long each waits for it. */
const HURRY_EVERY_MS = 5000;
const HURRY_MS = 2000;

const soon = (deadline: AbortSignal) => AbortSignal.any([deadline, AbortSignal.timeout(HURRY_MS)]);

/** Has those who want to send wait for the open connection of a session. */
export function createOpenWaiter({ sessionState, connection, start }: Options) {
  const { waitUntil, snapshot } = sessionState;
  let hurryAgainAt = 0;

  /** Waits for a connection that is about to be there; a session that needs a person fails at once. */
  async function whenOpen(deadline: AbortSignal): Promise<Socket> {
    const comesBack = () => COMES_BACK.has(sessionState.state());
    await waitUntil(() => sessionState.state() === 'open' || !comesBack(), deadline);
    const socket = connection.socket();
    if (socket && sessionState.state() === 'open') return socket;
    throw new NotSentError(describe(snapshot()));
  }

  /**
   * Tries at once what waits for its next try, because somebody wants to send, but not more often
   * than every few seconds; resolves when the connection is open, or does not open soon.
   */
  async function hurry(deadline: AbortSignal): Promise<void> {
    if (sessionState.state() === 'backoff') {
      if (performance.now() < hurryAgainAt) return;
      hurryAgainAt = performance.now() + HURRY_EVERY_MS;
      void start();
      await waitUntil(() => sessionState.state() !== 'backoff', soon(deadline)).catch(() => {});
    }
    if (snapshot().attempt === 0) return; // Nothing failed: whoever sends waits as long as they may.
    await waitUntil(() => !OPENS.has(sessionState.state()), soon(deadline)).catch(() => {});
  }

  return { whenOpen, hurry };
}
