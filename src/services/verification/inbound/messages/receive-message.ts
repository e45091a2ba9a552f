import type {
  SessionMessage,
  WhatsAppMessage,
} from '../../../../domain/conversations/whatsapp-message.ts';
import type { InboundOutcome } from '../../../../domain/verification/inbound.ts';
import { findInboundToken } from '../../../../domain/verification/inbound-token.ts';
import type { InboundContext } from '../context.ts';
import { judgeToken } from './judge-token.ts';

/**
 * Looks for a token in a message to one of our sessions, and verifies the person who sent it. Returns undefined if it has
 * none, or is ignored as in `judgeToken`.
 */
export async function receiveMessage(
  ctx: InboundContext,
  { sessionId, accountId, message }: SessionMessage,
): Promise<InboundOutcome | undefined> {
  const token = findTokenOf(message);
  if (token === undefined) return undefined;
  const { sender, arrival, sentAt } = message;
  return judgeToken(ctx, {
    ...{ token, accountId, sender },
    receiver: { sessionId },
    sentAt: arrival === 'live' ? undefined : sentAt,
  });
}

/** Only what the person has just written to us themselves: to one person, neither forwarded nor edited. */
function findTokenOf(message: WhatsAppMessage): string | undefined {
  const { chat, content, isFromMe, isForwarded, arrival } = message;
  const isOwnWords = !isFromMe && !isForwarded && arrival !== 'history';
  if (chat.kind !== 'person' || !isOwnWords || content.type !== 'text') return undefined;
  return findInboundToken(content.text);
}
