import type { Caller } from '../../../domain/access/caller.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { ConversationContext } from '../context.ts';
import { openContent } from '../seal-content.ts';
import { type Destination, getMessage } from './find-chat.ts';
import { type Draft, type Sent, sendToChat } from './send-to-chat.ts';

const FORWARDED: readonly string[] = [
  ...['text', 'location', 'contact', 'poll'],
  ...['image', 'video', 'audio', 'document', 'sticker'],
];

/**
 * Sends the content of a stored message to another person, marked as forwarded. A file is not uploaded again: the
 * recipient gets what opens it on WhatsApp, as from a phone that forwards it.
 * @throws {AppError} as `sendToChat`; `not_found` for a message that is not stored; `validation_failed` for one whose
 * content is not stored, or of a kind that cannot be forwarded.
 */
export async function forwardMessage(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  what: {
    readonly messageId: string;
    readonly chatKey?: string | undefined;
    readonly destination: Destination;
  },
): Promise<Sent> {
  const { message } = await getMessage(ctx, caller, sessionId, what);
  const { sealedContent, messageType } = message;
  if (sealedContent === undefined)
    throw invalidField('messageId', 'must be stored with its content');
  if (!FORWARDED.includes(messageType)) {
    throw invalidField('messageId', `must be of type ${FORWARDED.join(', ')}`);
  }
  const content = openContent(ctx.sealer, message, sealedContent) as Draft['content'];
  const draft = { content, isForwarded: true };
  return sendToChat(ctx, caller, sessionId, { destination: what.destination, draft });
}
