import type { SessionSnapshot, SessionState } from '../../domain/whatsapp/session.ts';
import { toSessionName } from '../../domain/whatsapp/session-id.ts';
import { type Channel, ChannelError, type ChannelMessage } from '../contract.ts';
import type { ContactBook } from './interfaces.ts';
import type { SessionPool } from './pool.ts';
import { drawMessageId } from './sending/message-id.ts';
import { NotSentError } from './sending/not-sent-error.ts';
import { describe } from './session/session-state.ts';

export type WhatsAppChannelOptions = {
  readonly pool: SessionPool;
  readonly contacts: Pick<ContactBook, 'sessionsThatKnow'>;
  /** The name of the one that takes new contacts first in every account, when the caller names none. */
  readonly defaultSession: string;
};

type Member = ReturnType<SessionPool['held']>[number];

/** A session that is waited for. */
const OPENS_SOON: ReadonlySet<SessionState> = new Set(['connecting', 'linking']);

/** Sends codes by WhatsApp, from the operator's own linked numbers. */
export function createWhatsAppChannel({
  pool,
  contacts,
  defaultSession,
}: WhatsAppChannelOptions): Channel {
  /** The sessions to try, best first: those that it may go through, or all of the account's. */
  async function findCandidates({ sessions, accountId, recipient }: ChannelMessage) {
    const members = pool
      .held()
      .filter((member) => member.accountId === accountId)
      .filter(({ sessionId }) => sessions?.includes(sessionId) ?? true);
    if (members.length < 2) return members;
    const ids = members.map(({ sessionId }) => sessionId);
    const knowing = new Set(await contacts.sessionsThatKnow(recipient, ids));
    // What cannot send stays in its place: it is passed over, and the record of the delivery says why.
    const rank = ({ sessionId, session }: Member) =>
      4 * Number(!knowing.has(sessionId)) +
      2 * Number(OPENS_SOON.has(session.snapshot().state)) +
      Number(toSessionName(sessionId) !== defaultSession);
    return members.sort((a, b) => rank(a) - rank(b));
  }

  return {
    name: 'whatsapp',
    drawMessageId,
    async send(message) {
      const { recipient, text, messageId, deadline } = message;
      const candidates = await findCandidates(message);
      const skipped: string[] = [];
      for (const { sessionId, session, messenger } of candidates) {
        try {
          await session.hurry(deadline);
          assertIsReady(session.snapshot());
          const why = await messenger.deliver({ recipient, text, messageId, deadline });
          const way = `session ${toSessionName(sessionId)}: ${why}`;
          const details = [way, ...skipped].join('; passed over: ');
          return { messageId, status: 'accepted', sessionId, details };
        } catch (error) {
          if (!(error instanceof NotSentError)) throw error;
          skipped.push(error.message);
        }
      }
      throw new ChannelError(
        'unavailable',
        explain(message.sessions, skipped, pool.has(message.accountId, message.sessions)),
      );
    },
    close: async () => {}, // The sessions are their keeper's to close.
  };
}

/** A session that does not come back at once, or waits for a person, is passed over; one that connects is waited for. */
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
  if (isThere) return 'this node keeps no session for it: another node does, or a person must act';
  return sessions === undefined
    ? 'no WhatsApp number is linked here: create a session and scan its QR code'
    : `there is no WhatsApp session ${sessions.map(toSessionName).join(' or ')} here`;
}
