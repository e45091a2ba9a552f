import type { Caller } from '../../../domain/access/caller.ts';
import type { MessageRef, OutgoingContent } from '../../../domain/conversations/outgoing.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { drawMessageId } from '../../../domain/whatsapp/message-id.ts';
import type { StoredMessage } from '../../../storage/conversations/message-store.ts';
import type { ConversationContext } from '../context.ts';
import { ME, toChangeEvent } from '../message-events.ts';
import { sealContent, sealEmoji } from '../seal-content.ts';
import { deliverMessage, toSendError } from './deliver-message.ts';
import { assertIsReachable, getMessage } from './find-chat.ts';

/** What to do with a stored message. */
export type MessageChange =
  | { readonly kind: 'reaction'; readonly emoji: string }
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'revoke' };

type Place = { readonly messageId: string; readonly chatKey?: string | undefined };

const EVENT_TYPES = {
  reaction: 'message.reaction',
  edit: 'message.edited',
  revoke: 'message.revoked',
} as const;

/**
 * Reacts to a stored message, or edits or revokes one of our own. The change is a message of its own, which the chat gets
 * like any other.
 * @throws {AppError} as `sendToChat`; `not_found` for a message that is not stored; `validation_failed` for a change that
 * the message does not admit.
 */
export async function changeMessage(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { place, change }: { readonly place: Place; readonly change: MessageChange },
): Promise<void> {
  const { session, message: stored } = await getMessage(ctx, caller, sessionId, place);
  assertIsReachable(caller, session, stored.chatKey);
  assertAdmits(stored, change);
  const { messageId, fromMe: isFromMe, chatKey, authorKey } = stored;
  const content = toContent({ messageId, isFromMe, authorKey }, change);
  const changeId = drawMessageId();
  const parcel = { session, chatKey, message: { content }, messageId: changeId };
  await deliverMessage(ctx, caller, parcel).catch((error: unknown) => {
    throw toSendError(ctx, sessionId, error);
  });
  const write = { change, changeId, isSealed: session.storeLevel === 'content' };
  await apply(ctx, stored, write).catch((err: unknown) => {
    ctx.logger.error({ err, sessionId, messageId }, 'a change of a message could not be stored');
  });
}

function assertAdmits(
  { fromMe, messageType, revokedAt }: StoredMessage,
  { kind }: MessageChange,
): void {
  if (revokedAt) throw invalidField('messageId', 'must not be revoked');
  if (kind === 'reaction') return;
  if (!fromMe) throw invalidField('messageId', 'must be a message of the session itself');
  if (kind === 'edit' && messageType !== 'text') throw invalidField('messageId', 'must be a text');
}

function toContent(target: MessageRef, change: MessageChange): OutgoingContent {
  if (change.kind === 'reaction') return { type: 'reaction', target, emoji: change.emoji };
  if (change.kind === 'edit') return { type: 'edit', target, text: change.text };
  return { type: 'revoke', target };
}

type Write = {
  readonly change: MessageChange;
  readonly changeId: string;
  readonly isSealed: boolean;
};

async function apply(
  ctx: ConversationContext,
  { sessionId, accountId, messageId, chatKey, fromMe }: StoredMessage,
  { change, changeId, isSealed }: Write,
): Promise<void> {
  const { changes, sealer } = ctx;
  const at = ctx.now();
  const target = { sessionId, messageId, chatKeys: [chatKey], fromMe };
  const subject = {
    ...{ session: { sessionId, accountId }, messageId, chatKey },
    ...{ authorKey: ME, occurredAt: at },
  };
  const event = toChangeEvent(subject, EVENT_TYPES[change.kind], changeId);
  const events = ctx.isWatched(accountId) ? [ctx.address(event)] : [];
  if (change.kind === 'revoke') await changes.revoke(target, at, events, at);
  if (change.kind === 'reaction') {
    const emoji = isSealed ? sealEmoji(sealer, { sessionId, messageId }, change.emoji) : undefined;
    const reaction = { authorKey: ME, sealedEmoji: emoji ?? null, reactedAt: at };
    await changes.react(target, reaction, events, at);
  }
  if (change.kind === 'edit') {
    const content = { type: 'text', text: change.text } as const;
    const sealed = isSealed
      ? sealContent(sealer, { sessionId, messageId }, content)
      : { sealedContent: null, secretVersion: null };
    await changes.edit(target, { ...sealed, editedAt: at }, events, at);
  }
  ctx.onRecorded();
}
