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
import { ambiguousMessage } from '../ambiguous-message.ts';
import type { ConversationContext } from '../context.ts';
import { assertHasGroups, assertReachesGroups } from '../groups/get-group-session.ts';

/** Where a message goes: to a number, into a chat that is stored, or into a group. */
export type Destination = { readonly recipient: Recipient } | { readonly chatKey: string };

/**
 * Gets the key of the chat into which a message goes.
 * @throws {AppError} `forbidden` for a session or region that the caller's key does not permit; `not_found` for a chat
 * with a person that is not stored; `session_use`; `validation_failed` for another kind of chat.
 */
export async function getDestination(
  ctx: ConversationContext,
  caller: Caller,
  session: StoredSession,
  destination: Destination,
): Promise<string> {
  const { sessionId } = session;
  if ('recipient' in destination) {
    const { phoneNumber, region } = destination.recipient;
    assertPermitted(caller.restrictions, { sessionId, region });
    return phoneNumber;
  }
  if (toChatKind(destination.chatKey) === 'group') {
    assertIsReachable(caller, session, destination.chatKey);
    return destination.chatKey;
  }
  const { chatKey } = await getChat(ctx, sessionId, destination.chatKey);
  assertIsReachable(caller, session, chatKey);
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

/**
 * @throws {AppError} `session_not_found`, `forbidden`, `not_found` for a message that is not stored, or
 * `validation_failed` if messages of several chats have the ID and no chat is named.
 */
export async function getMessage(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { messageId, chatKey }: { readonly messageId: string; readonly chatKey?: string | undefined },
): Promise<{ readonly session: StoredSession; readonly message: StoredMessage }> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const [message, ...others] = await ctx.messages.findAll(sessionId, messageId, chatKey);
  if (!message) throw new AppError('not_found', 'The session has stored no such message');
  if (others.some((other) => other.chatKey !== message.chatKey)) throw ambiguousMessage();
  return { session, message };
}

/**
 * Refuses chats in which nothing can be done: those that are neither with a person nor of a group.
 * @throws {AppError} `validation_failed`; `forbidden` and `session_use` for a group.
 */
export function assertIsReachable(caller: Caller, session: StoredSession, chatKey: string): void {
  const kind = toChatKind(chatKey);
  if (kind === 'group') {
    assertReachesGroups(caller);
    assertHasGroups(session);
    return;
  }
  const { phoneNumber, lid } = readPersonKey(chatKey);
  if (kind === 'person' && (phoneNumber ?? lid) !== undefined) return;
  throw invalidField('chat', 'must be the chat with a person, or of a group');
}
