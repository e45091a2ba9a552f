import type { Caller } from '../../../domain/access/caller.ts';
import type {
  ChatAction,
  LastMessage,
  MessageRef,
  TypingState,
} from '../../../domain/conversations/outgoing.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import type { StoredMessage } from '../../../storage/conversations/message-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { toSendError } from './deliver-message.ts';
import {
  assertIsReachable,
  type Destination,
  getChat,
  getDestination,
  getMessage,
} from './find-chat.ts';

/** What to change of a chat. An undefined field stays as it is. */
export type ChatDraft = {
  readonly isArchived?: boolean | undefined;
  readonly isPinned?: boolean | undefined;
  /** NULL for no longer muted. */
  readonly mutedUntil?: Date | null | undefined;
  readonly isRead?: true | undefined;
};

/** How many messages are marked as read at once. */
const MOST_UNREAD = 500;

/**
 * Marks a message of a person as read, for the person too.
 * @throws {AppError} `session_not_found`, `forbidden`, `not_found`; `session_not_connected`, `provider_unavailable`.
 */
export async function markMessageRead(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  place: { readonly messageId: string; readonly chatKey?: string | undefined },
): Promise<void> {
  const { session, message } = await getMessage(ctx, caller, sessionId, place);
  const { chatKey, messageId, fromMe } = message;
  assertIsReachable(caller, session, chatKey);
  if (fromMe) return;
  await act(ctx, sessionId, chatKey, { kind: 'read', messages: [toRef(message)] });
  await ctx.messages.markRead(sessionId, chatKey, [messageId], ctx.now());
}

/**
 * Changes a chat, on the phone of the session too.
 * @throws {AppError} as `markMessageRead`.
 */
export async function changeChat(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { chatKey, draft }: { readonly chatKey: string; readonly draft: ChatDraft },
): Promise<void> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const chat = await getChat(ctx, sessionId, chatKey);
  assertIsReachable(caller, session, chatKey);
  if (draft.isRead) await markChatRead(ctx, sessionId, chatKey);
  const last = await findLast(ctx, sessionId, chatKey, chat.lastMessageId);
  for (const action of toActions(draft, last)) await act(ctx, sessionId, chatKey, action);
  const { isArchived, isPinned, mutedUntil } = draft;
  const changes = { isArchived, isPinned, mutedUntil };
  await ctx.chats.change(sessionId, chatKey, changes, ctx.now());
}

async function markChatRead(
  ctx: ConversationContext,
  sessionId: string,
  chatKey: string,
): Promise<void> {
  const unread = await ctx.messages.listUnread(sessionId, chatKey, MOST_UNREAD);
  const messageIds = unread.map((message) => message.messageId);
  if (messageIds.length === 0) return;
  await act(ctx, sessionId, chatKey, { kind: 'read', messages: unread.map(toRef) });
  await ctx.messages.markRead(sessionId, chatKey, messageIds, ctx.now());
}

async function findLast(
  { messages, now }: ConversationContext,
  sessionId: string,
  chatKey: string,
  messageId: string | undefined,
): Promise<LastMessage> {
  const found = messageId && (await messages.find(sessionId, messageId, chatKey));
  if (!found) return { messageId: messageId ?? '', isFromMe: false, sentAt: now() };
  return { ...toRef(found), sentAt: found.sentAt };
}

function toRef({ messageId, fromMe: isFromMe, authorKey }: StoredMessage): MessageRef {
  return { messageId, isFromMe, authorKey };
}

function toActions(
  { isArchived, isPinned, mutedUntil }: ChatDraft,
  last: LastMessage,
): ChatAction[] {
  const actions: ChatAction[] = [];
  if (isArchived !== undefined) actions.push({ kind: 'archive', isOn: isArchived, last });
  if (isPinned !== undefined) actions.push({ kind: 'pin', isOn: isPinned, last });
  if (mutedUntil !== undefined)
    actions.push({ kind: 'mute', until: mutedUntil ?? undefined, last });
  return actions;
}

/**
 * Blocks a number, or no longer. A person who is blocked cannot write to the session.
 * @throws {AppError} as `markMessageRead`.
 */
export async function setBlocked(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { recipient, isBlocked }: { readonly recipient: Recipient; readonly isBlocked: boolean },
): Promise<void> {
  await getSession(ctx.whatsapp, caller, sessionId);
  const { phoneNumber } = recipient;
  await act(ctx, sessionId, phoneNumber, { kind: 'block', isOn: isBlocked });
  await ctx.chats.setBlocked(sessionId, phoneNumber, isBlocked, ctx.now());
}

/**
 * Shows a person, or the members of a group, that the session is typing or recording, or no longer.
 * @throws {AppError} as `markMessageRead`; `session_use`.
 */
export async function showTyping(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { destination, state }: { readonly destination: Destination; readonly state: TypingState },
): Promise<string> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const chatKey = await getDestination(ctx, caller, session, destination);
  await act(ctx, sessionId, chatKey, { kind: 'typing', state });
  return chatKey;
}

async function act(
  ctx: ConversationContext,
  sessionId: string,
  chatKey: string,
  action: ChatAction,
): Promise<void> {
  await ctx.whatsapp.keeper.act(sessionId, chatKey, action).catch((error: unknown) => {
    throw toSendError(ctx, sessionId, error);
  });
}
