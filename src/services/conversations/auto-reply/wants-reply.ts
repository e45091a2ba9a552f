import { isShown } from '../../../domain/conversations/message.ts';
import type { MessageContent } from '../../../domain/conversations/message-content.ts';
import type { WhatsAppMessage } from '../../../domain/conversations/whatsapp-message.ts';
import { findInboundToken } from '../../../domain/verification/inbound-token.ts';

/** Older messages get no answer: their authors no longer wait for one. */
const LONGEST_AGE_MS = 300_000;

/**
 * Whether a message may get an automatic answer: one that a person has just written to us alone, which can be read, and
 * which has no token of a verification, right or wrong.
 */
export function wantsReply(message: WhatsAppMessage, now: Date): boolean {
  const { chat, content, isFromMe, arrival, sentAt } = message;
  if (chat.kind !== 'person' || isFromMe || arrival === 'history') return false;
  if (now.getTime() - sentAt.getTime() > LONGEST_AGE_MS) return false;
  if (!isShown(content) || content.type === 'unsupported' || content.type === 'undecrypted') {
    return false;
  }
  return textsOf(content).every((text) => findInboundToken(text) === undefined);
}

function textsOf(content: MessageContent): readonly string[] {
  const { text, caption } = content as { readonly text?: string; readonly caption?: string };
  return [text, caption].filter((one) => one !== undefined);
}
