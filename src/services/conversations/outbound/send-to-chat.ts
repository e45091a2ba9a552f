import { ChannelError } from '../../../channels/contract.ts';
import type { Caller, RequestOrigin } from '../../../domain/access/caller.ts';
import { isMedia } from '../../../domain/conversations/media.ts';
import { readPersonKey, toChatKind } from '../../../domain/conversations/message.ts';
import type { ShownContent } from '../../../domain/conversations/message-content.ts';
import type { OutgoingContent, OutgoingMessage } from '../../../domain/conversations/outgoing.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { drawMessageId } from '../../../domain/whatsapp/message-id.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';
import type { NewChat, NewMessage } from '../../../storage/conversations/ingest-store.ts';
import type { StoredSession } from '../../../storage/whatsapp/session-store.ts';
import { getSession } from '../../whatsapp/find-session.ts';
import type { ConversationContext } from '../context.ts';
import { ME, toMessageEvent } from '../message-events.ts';
import { openContent, sealContent } from '../seal-content.ts';
import { assertMayCarry, type MediaDraft, prepareMedia } from '../uploads/prepare-media.ts';
import { deliverMessage, toSendError } from './deliver-message.ts';
import { type Destination, getDestination } from './find-chat.ts';

/** What can be read in a chat. A file is on WhatsApp already. */
type Content = Extract<OutgoingContent, ShownContent>;

/** A message that can be read in a chat. */
export type Draft = {
  readonly content: Content | MediaDraft;
  /** The ID of the message to which it replies. */
  readonly replyTo?: string | undefined;
  readonly isForwarded?: boolean;
  /** Whether the service has written it, as an answer to a person who has just written. */
  readonly isAutoReply?: boolean;
};

export type Sent = { readonly messageId: string; readonly chatKey: string; readonly sentAt: Date };

type Outbound = {
  readonly session: StoredSession;
  readonly chatKey: string;
  readonly messageId: string;
  readonly draft: Draft & Prepared;
  readonly at: Date;
};

/** A content that can be sent, and the file that it was made of. */
type Prepared = { readonly content: Content; readonly mediaId?: string };

const INGEST_ID_BYTES = 12;

/** How much of a quoted text is shown with the answer. */
const QUOTED_TEXT = 500;

/**
 * Sends a message from a session. It is stored, if the session stores its conversations, before it is sent, so that no
 * receipt is lost; what then becomes of it is its `status`.
 * @throws {AppError} `session_not_found`, `forbidden`, `not_found` or `validation_failed` for a chat or a quoted message;
 * `session_not_connected`, `recipient_unreachable`, `provider_unavailable` or `delivery_failed`; of a file also as
 * `prepareMedia`.
 */
export async function sendToChat(
  ctx: ConversationContext,
  caller: Caller,
  sessionId: string,
  { destination, draft }: { readonly destination: Destination; readonly draft: Draft },
): Promise<Sent> {
  const session = await getSession(ctx.whatsapp, caller, sessionId);
  const chatKey = await getDestination(ctx, caller, session, destination);
  return sendToChatKey(ctx, caller, { session, chatKey, draft });
}

/** The same, to a chat by key. What the caller may do is not checked. @throws {AppError} as `sendToChat`. */
export async function sendToChatKey(
  ctx: ConversationContext,
  origin: RequestOrigin,
  { session, chatKey, draft }: Pick<Outbound, 'session' | 'chatKey'> & { readonly draft: Draft },
): Promise<Sent> {
  const quoted = await findQuoted(ctx, session, chatKey, draft.replyTo);
  const prepared = await prepare(ctx, session, draft.content);
  const { isForwarded = false, isAutoReply } = draft;
  const { content } = prepared;
  const message: OutgoingMessage = { content, isForwarded, ...(quoted && { quoted }) };
  const outbound = {
    ...{ session, chatKey, messageId: drawMessageId(), at: ctx.now() },
    draft: { ...draft, ...prepared },
  };
  await store(ctx, outbound);
  const { messageId } = outbound;
  try {
    await deliverMessage(ctx, origin, { session, chatKey, message, messageId, isAutoReply });
  } catch (error) {
    await settleFailure(ctx, outbound, error);
    throw toSendError(ctx, session.sessionId, error);
  }
  await settleSuccess(ctx, outbound);
  return { messageId, chatKey, sentAt: outbound.at };
}

/** Nothing is stored before a file is on WhatsApp: it could not be sent. */
async function prepare(
  ctx: ConversationContext,
  session: StoredSession,
  content: Draft['content'],
): Promise<Prepared> {
  if ('source' in content) {
    return prepareMedia(ctx.media, session, content).catch((error: unknown) => {
      throw toSendError(ctx, session.sessionId, error);
    });
  }
  if (isMedia(content)) assertMayCarry(session.usedFor, content.sizeBytes);
  return { content };
}

async function findQuoted(
  { messages, sealer }: ConversationContext,
  { sessionId }: StoredSession,
  chatKey: string,
  messageId: string | undefined,
): Promise<OutgoingMessage['quoted']> {
  if (messageId === undefined) return undefined;
  const found = await messages.find(sessionId, messageId, chatKey);
  if (!found) throw invalidField('replyTo', 'must be a stored message of the chat');
  const { sealedContent: sealed, fromMe: isFromMe, authorKey } = found;
  const content = sealed === undefined ? undefined : openContent(sealer, found, sealed);
  if (content && isMedia(content)) {
    const text = content.caption?.slice(0, QUOTED_TEXT) ?? '';
    return { messageId, isFromMe, text, mediaType: content.type };
  }
  const text = content?.type === 'text' ? content.text.slice(0, QUOTED_TEXT) : '';
  return { messageId, isFromMe, authorKey, text };
}

async function store(ctx: ConversationContext, outbound: Outbound): Promise<void> {
  const { session } = outbound;
  if (session.storeLevel === 'none') return;
  const isStored = await ctx.ingest.add(
    {
      session: { sessionId: session.sessionId, accountId: session.accountId },
      level: session.storeLevel,
      ingestId: randomId(INGEST_ID_BYTES),
      messages: [toRow(ctx, outbound)],
      chats: [toChat(outbound)],
      ...{ lids: [], names: [], receipts: [], events: [] },
    },
    outbound.at,
  );
  if (isStored) return;
  throw new AppError(
    'request_in_progress',
    'The settings of the session are being changed. Try again.',
  );
}

function toRow({ sealer }: ConversationContext, { session, ...outbound }: Outbound): NewMessage {
  const { chatKey, messageId, draft, at } = outbound;
  const { sessionId, accountId, storeLevel } = session;
  const sealed =
    storeLevel === 'content'
      ? sealContent(sealer, { sessionId, messageId }, draft.content)
      : { sealedContent: null, secretVersion: null };
  return {
    ...{ accountId, sessionId, chatKey, messageId },
    ...{ authorKey: ME, fromMe: true, messageType: draft.content.type, status: 'pending' },
    sentAt: at,
    quotedMessageId: draft.replyTo ?? null,
    isForwarded: draft.isForwarded === true,
    isRead: true,
    mediaId: draft.mediaId ?? null,
    ...sealed,
    ingestId: randomId(INGEST_ID_BYTES),
    createdAt: at,
    updatedAt: at,
  };
}

function toChat({ session, chatKey, messageId, at }: Outbound): NewChat {
  const { sessionId, accountId } = session;
  const { phoneNumber = null, lid = null } = readPersonKey(chatKey);
  return {
    ...{ accountId, sessionId, chatKey, phoneNumber, lid },
    isGroup: toChatKind(chatKey) === 'group',
    ...{ lastMessageAt: at, lastMessageId: messageId, createdAt: at, updatedAt: at },
  };
}

/** The message is on its way, so that a failed write is only logged. A receipt moves the message on. */
async function settleSuccess(ctx: ConversationContext, outbound: Outbound): Promise<void> {
  const { session, messageId, chatKey, draft, at } = outbound;
  const { sessionId, accountId, storeLevel } = session;
  const subject = {
    session: { sessionId, accountId },
    ...{ messageId, chatKey, authorKey: ME, occurredAt: ctx.now() },
  };
  const facts = {
    ...{ messageType: draft.content.type, sentAt: at, quotedMessageId: draft.replyTo },
    isForwarded: draft.isForwarded === true,
  };
  const events = ctx.isWatched(accountId) ? [ctx.address(toMessageEvent(subject, facts))] : [];
  if (storeLevel === 'none' && events.length === 0) return;
  const write =
    storeLevel === 'none'
      ? ctx.events.record(events, ctx.now())
      : ctx.messages.settle({ sessionId, messageId }, { status: 'accepted' }, events, ctx.now());
  await write.catch((err: unknown) => {
    ctx.logger.error({ err, sessionId, messageId }, 'a sent message could not be marked as sent');
  });
  if (events.length > 0) ctx.onRecorded();
}

/** A message whose fate is not known stays `pending`: a receipt may still come. */
async function settleFailure(
  ctx: ConversationContext,
  { session: { sessionId, storeLevel }, messageId }: Outbound,
  error: unknown,
): Promise<void> {
  if (storeLevel === 'none') return;
  const isUnknown = error instanceof ChannelError && error.mayHaveArrived;
  const errorCode = error instanceof ChannelError ? error.reason : 'internal_error';
  const outcome = { status: isUnknown ? 'pending' : 'failed', errorCode } as const;
  await ctx.messages
    .settle({ sessionId, messageId }, outcome, [], ctx.now())
    .catch((err: unknown) => {
      ctx.logger.error(
        { err, sessionId, messageId },
        'a failed message could not be marked as failed',
      );
    });
}
