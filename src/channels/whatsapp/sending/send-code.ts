import type { SessionSnapshot, SessionState } from '../../../domain/whatsapp/session.ts';
import type { Session } from '../session/session.ts';
import { describe } from '../session/session-state.ts';
import type { createMessenger, Letter } from './messenger.ts';
import { NotSentError } from './not-sent-error.ts';

type Sender = {
  readonly session: Session;
  readonly messenger: ReturnType<typeof createMessenger>;
};

/** States of a session that is worth waiting for. */
export const OPENS_SOON: ReadonlySet<SessionState> = new Set(['connecting', 'linking']);

/**
 * Sends a code through one session of this node. Resolves with the reason why it was permitted.
 * @throws {NotSentError} when nothing was sent and another session may try.
 * @throws {ChannelError} `not_on_channel`, `refused` or `timeout`.
 */
export async function sendCode({ session, messenger }: Sender, letter: Letter): Promise<string> {
  await session.hurry(letter.deadline);
  assertIsReady(session.snapshot());
  return messenger.deliver(letter);
}

/** Skips a session unless it is open, or connecting without an earlier failure. @throws {NotSentError} */
function assertIsReady(snapshot: SessionSnapshot): void {
  const opensSoon = OPENS_SOON.has(snapshot.state) && snapshot.attempt === 0;
  const isReady = snapshot.state === 'open' || opensSoon;
  if (!isReady) throw new NotSentError(describe(snapshot));
}
