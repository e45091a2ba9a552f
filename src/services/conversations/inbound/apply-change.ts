import { toChatKey, toPersonKey, toPersonKeys } from '../../../domain/conversations/message.ts';
import type { ChangingContent } from '../../../domain/conversations/message-content.ts';
import type { StoreLevel } from '../../../domain/conversations/session-settings.ts';
import type { WhatsAppMessage } from '../../../domain/conversations/whatsapp-message.ts';
import type { Target } from '../../../storage/conversations/change-store.ts';
import type { IngestContext } from '../context.ts';
import type { InboxState } from '../inbox.ts';
import { ME, toChangeEvent } from '../message-events.ts';
import { sealContent, sealEmoji } from '../seal-content.ts';

type Change = {
  readonly message: WhatsAppMessage;
  readonly chatKeys: readonly string[];
  /** The keys of the person who sent the change. */
  readonly authorKeys: readonly string[];
  readonly level: StoreLevel;
};

/**
 * Applies an edit, a revocation or a reaction, if its sender may: only authors change and revoke their messages, and only
 * in the chat where they are; admins of a group revoke any. Anything else has no effect and is logged.
 */
export async function applyChange(
  ctx: IngestContext,
  state: InboxState,
  received: WhatsAppMessage,
  level: StoreLevel,
): Promise<void> {
  const message = await complete(state, received);
  const { chat, sender, isFromMe, content, messageId } = message;
  const chatKeys = chat.kind === 'person' ? toPersonKeys(chat.person) : [toChatKey(chat) ?? ''];
  const authorKeys = isFromMe ? [ME] : toPersonKeys(sender);
  if (chatKeys.length === 0 || authorKeys.length === 0) return;
  const change = { message, chatKeys, authorKeys, level };
  const isApplied =
    (await apply(ctx, state, change, content as ChangingContent)) ||
    (await revokeAsAdmin(ctx, state, change));
  if (isApplied) return ctx.onRecorded();
  ctx.logger.warn(
    { sessionId: state.session.sessionId, messageId, change: content.type },
    'a change of a message has no effect: there is no such message of its sender in the chat',
  );
}

async function complete({ lids }: InboxState, message: WhatsAppMessage): Promise<WhatsAppMessage> {
  const { chat, sender } = message;
  const people = chat.kind === 'person' ? [chat.person, sender] : [sender];
  await lids.load(people);
  return {
    ...message,
    sender: lids.complete(sender),
    chat: chat.kind === 'person' ? { ...chat, person: lids.complete(chat.person) } : chat,
  };
}

function apply(
  ctx: IngestContext,
  state: InboxState,
  change: Change,
  content: ChangingContent,
): Promise<boolean> {
  if (content.type === 'reaction') return react(ctx, state, change, content);
  const { sealer, changes, now } = ctx;
  const { sessionId } = state.session;
  const { messageId } = content;
  const { chatKeys, authorKeys, message } = change;
  const target = { sessionId, messageId, chatKeys, authorKeys, fromMe: message.isFromMe };
  if (content.type === 'revoke') {
    const events = toEvents(ctx, state, change, { target, type: 'message.revoked' });
    return changes.revoke(target, message.sentAt, events, now());
  }
  const isKept = change.level === 'content';
  const sealed = isKept
    ? sealContent(sealer, { sessionId, messageId }, content.content)
    : { sealedContent: null, secretVersion: null };
  const events = toEvents(ctx, state, change, { target, type: 'message.edited' });
  return changes.edit(target, { ...sealed, editedAt: message.sentAt }, events, now());
}

/** Admins of a group may revoke any message in it. */
async function revokeAsAdmin(
  ctx: IngestContext,
  state: InboxState,
  change: Change,
): Promise<boolean> {
  const { message, chatKeys, authorKeys } = change;
  const { chat, content, sentAt } = message;
  if (content.type !== 'revoke' || chat.kind !== 'group') return false;
  const { sessionId } = state.session;
  const isAdmin = () => ctx.groups.isAdmin(sessionId, chat.groupId, authorKeys);
  if (!message.isFromMe && !(await isAdmin())) return false;
  const target = { sessionId, messageId: content.messageId, chatKeys };
  const events = toEvents(ctx, state, change, { target, type: 'message.revoked' });
  return ctx.changes.revoke(target, sentAt, events, ctx.now());
}

/** Anyone in the chat may react to any of its messages. */
function react(
  ctx: IngestContext,
  state: InboxState,
  change: Change,
  { messageId, isToFromMe, emoji }: Extract<ChangingContent, { type: 'reaction' }>,
): Promise<boolean> {
  const { sealer, changes, now } = ctx;
  const { chatKeys, message, level } = change;
  const { sessionId } = state.session;
  const target = { sessionId, messageId, chatKeys, fromMe: isToFromMe };
  const authorKey = message.isFromMe ? ME : (toPersonKey(message.sender) ?? '');
  const isKept = level === 'content';
  const sealedEmoji = (isKept && sealEmoji(sealer, { sessionId, messageId }, emoji)) || null;
  const events = toEvents(ctx, state, change, { target, type: 'message.reaction' });
  return changes.react(
    target,
    { authorKey, sealedEmoji, reactedAt: message.sentAt },
    events,
    now(),
  );
}

function toEvents(
  { isWatched, address, now }: IngestContext,
  { session }: InboxState,
  { message, chatKeys, authorKeys }: Change,
  about: {
    readonly target: Target;
    readonly type: 'message.edited' | 'message.revoked' | 'message.reaction';
  },
) {
  if (!isWatched(session.accountId)) return [];
  const [chatKey = ''] = chatKeys;
  const [authorKey = ''] = authorKeys;
  const { messageId } = about.target;
  const subject = { session, messageId, chatKey, authorKey, occurredAt: now() };
  return [address(toChangeEvent(subject, about.type, message.messageId))];
}
