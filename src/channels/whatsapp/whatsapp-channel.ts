import { drawMessageId } from '../../domain/whatsapp/message-id.ts';
import { toSessionName } from '../../domain/whatsapp/session-id.ts';
import { type Channel, ChannelError } from '../contract.ts';
import type { SessionPool } from './pool.ts';
import { createCandidates } from './sending/candidates.ts';
import { NotSentError } from './sending/not-sent-error.ts';

export type WhatsAppChannelOptions = {
  readonly pool: SessionPool;
  /** The name of the session that is tried first for new contacts if the caller specifies none. */
  readonly defaultSession: string;
};

/** Creates the channel that sends codes by WhatsApp from the operator's linked numbers. */
export function createWhatsAppChannel({ pool, defaultSession }: WhatsAppChannelOptions): Channel {
  const candidates = createCandidates({ pool, defaultSession });

  return {
    name: 'whatsapp',
    drawMessageId,
    async send(message) {
      const { messageId, accountId, sessions } = message;
      const contacts = await pool.contacts.find(message.recipient);
      const skipped: string[] = [];
      for await (const { sessionId, send, isLast } of candidates.find(message, contacts)) {
        try {
          const why = await send({ isLast });
          const way = `session ${toSessionName(sessionId)}: ${why}`;
          const details = [way, ...skipped].join('; skipped: ');
          return { messageId, status: 'accepted', sessionId, details };
        } catch (error) {
          if (!(error instanceof NotSentError)) throw error;
          skipped.push(error.message);
        }
      }
      const isThere = await pool.has(accountId, sessions);
      throw new ChannelError('unavailable', explain(sessions, skipped, isThere));
    },
    close: async () => {}, // The pool closes the sessions.
  };
}

function explain(
  sessions: readonly string[] | undefined,
  skipped: readonly string[],
  isThere: boolean,
): string {
  if (skipped.length > 0) return skipped.join('; ');
  if (isThere) {
    return 'no session is connected: a node is taking it over, or an operator must act';
  }
  return sessions === undefined
    ? 'no WhatsApp number is linked: create a session and scan its QR code'
    : `no WhatsApp session ${sessions.map(toSessionName).join(' or ')}`;
}
