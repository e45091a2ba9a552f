import type { SessionSnapshot, SessionState } from '../../domain/whatsapp/session.ts';
import { toSessionName } from '../../domain/whatsapp/session-id.ts';
import { type Channel, ChannelError, type ChannelMessage } from '../contract.ts';
import type { Contact } from './interfaces.ts';
import type { SessionPool } from './pool.ts';
import { drawMessageId } from './sending/message-id.ts';
import { NotSentError } from './sending/not-sent-error.ts';
import { describe } from './session/session-state.ts';

export type WhatsAppChannelOptions = {
  readonly pool: SessionPool;
  /** The name of the session that is tried first for new contacts if the caller specifies none. */
  readonly defaultSession: string;
};

type Member = ReturnType<SessionPool['held']>[number];

/** States of a session that is worth waiting for. */
const OPENS_SOON: ReadonlySet<SessionState> = new Set(['connecting', 'linking']);

/** Creates the channel that sends codes by WhatsApp from the operator's linked numbers. */
export function createWhatsAppChannel({ pool, defaultSession }: WhatsAppChannelOptions): Channel {
  /** Lists the sessions to try: the permitted ones, or all of the account. */
  function findCandidates({ sessions, accountId }: ChannelMessage): Member[] {
    return pool
      .held()
      .filter((member) => member.accountId === accountId)
      .filter(({ sessionId }) => sessions?.includes(sessionId) ?? true);
  }

  /** Sorts sessions, best first. */
  function sort(members: readonly Member[], contacts: ReadonlyMap<string, Contact>): Member[] {
    // A session that cannot send stays in the list. It is skipped, and the delivery says why.
    const rank = ({ sessionId, session }: Member) =>
      4 * Number(!contacts.get(sessionId)?.knownAt) +
      2 * Number(OPENS_SOON.has(session.snapshot().state)) +
      Number(toSessionName(sessionId) !== defaultSession);
    return members.toSorted((a, b) => rank(a) - rank(b));
  }

  return {
    name: 'whatsapp',
    drawMessageId,
    async send(message) {
      const { recipient, text, messageId, deadline } = message;
      const candidates = findCandidates(message);
      const contacts = await pool.contacts.find(recipient);
      const skipped: string[] = [];
      for (const { sessionId, session, messenger } of sort(candidates, contacts)) {
        try {
          await session.hurry(deadline);
          assertIsReady(session.snapshot());
          const contact = contacts.get(sessionId);
          const why = await messenger.deliver({ recipient, text, messageId, deadline, contact });
          const way = `session ${toSessionName(sessionId)}: ${why}`;
          const details = [way, ...skipped].join('; skipped: ');
          return { messageId, status: 'accepted', sessionId, details };
        } catch (error) {
          if (!(error instanceof NotSentError)) throw error;
          skipped.push(error.message);
        }
      }
      const isThere = await pool.has(message.accountId, message.sessions);
      throw new ChannelError('unavailable', explain(message.sessions, skipped, isThere));
    },
    close: async () => {}, // The pool closes the sessions.
  };
}

/** Skips a session unless it is open, or connecting without an earlier failure. @throws {NotSentError} */
function assertIsReady(snapshot: SessionSnapshot): void {
  const opensSoon = OPENS_SOON.has(snapshot.state) && snapshot.attempt === 0;
  const isReady = snapshot.state === 'open' || opensSoon;
  if (!isReady) throw new NotSentError(describe(snapshot));
}

function explain(
  sessions: readonly string[] | undefined,
  skipped: readonly string[],
  isThere: boolean,
): string {
  if (skipped.length > 0) return skipped.join('; ');
  if (isThere) {
    return 'no session is available on this node: another node hosts it, or an operator must act';
  }
  return sessions === undefined
    ? 'no WhatsApp number is linked: create a session and scan its QR code'
    : `no WhatsApp session ${sessions.map(toSessionName).join(' or ')}`;
}
