import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import { readPersonKey, toChatKind } from '../../../domain/conversations/message.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { StoredChat } from '../../../storage/conversations/chat-store.ts';
import type { StoredMessage } from '../../../storage/conversations/message-store.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';

/** Where a message goes: to a number, or into a chat that is stored. */
export type Destination = { readonly recipient: Recipient } | { readonly chatKey: string };

/**
 * Gets the key of the person to whom a message goes.
 * @throws {AppError} `forbidden` for a session or region that the caller's key does not permit; `not_found` for a chat
 * that is not stored; `validation_failed` for a chat that is not with a person.
 */
export async function getPerson(
  ctx: ConversationContext,
  caller: Caller,
  { sessionId }: StoredSession,
  destination: Destination,
): Promise<string> {
  if ('recipient' in destination) {
    const { phoneNumber, region } = destination.recipient;
    assertPermitted(caller.restrictions, { sessionId, region });
    return phoneNumber;
  }
  const { chatKey } = await getChat(ctx, sessionId, destination.chatKey);
  assertIsPerson(chatKey);
  // Its region is not known, so a key that is restricted to regions must name the number.
  if (caller.restrictions.regions) throw invalidField('to', 'is required for this API key');
  return chatKey;
}

/** @throws {AppError} `not_found` */
export async function getChat(
  { chats }: ConversationContext,
  sessionId: string,
  chatKey: string,
): Promise<StoredChat> {
  const chat = await chats.find(sessionId, chatKey);
  if (chat) return chat;
  throw new AppError('not_found', 'The session has no such chat');
}

/** @throws {AppError} `session_not_found`, `forbidden`, or `not_found` for a message that is not stored. */
export async function getMessage(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { messageId, chatKey }: { readonly messageId: string; readonly chatKey?: string | undefined },
): Promise<{ readonly session: StoredSession; readonly message: StoredMessage }> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const message = await ctx.messages.find(sessionId, messageId, chatKey);
  if (message) return { session, message };
  throw new AppError('not_found', 'The session has stored no such message');
}

/** @throws {AppError} `validation_failed` */
export function assertIsPerson(chatKey: string): void {
  const { phoneNumber, lid } = readPersonKey(chatKey);
  if (toChatKind(chatKey) === 'person' && (phoneNumber ?? lid) !== undefined) return;
  throw invalidField('chat', 'must be the chat with a person');
}
