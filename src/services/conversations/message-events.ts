import type { MessageStatus } from '../../domain/conversations/message.ts';
import { readPersonKey, toChatKind } from '../../domain/conversations/message.ts';
import { maskRecipient } from '../../domain/recipient.ts';
import type { EventData, NewEvent } from '../../domain/webhooks/event.ts';
import { toEventId } from '../../domain/webhooks/event-id.ts';
import { toSessionName } from '../../domain/whatsapp/session-id.ts';

type Session = { readonly sessionId: string; readonly accountId: string };

/** The message that an event is about. */
type Subject = {
  readonly session: Session;
  readonly messageId: string;
  readonly chatKey: string;
  /** `me`, or the key of the person who wrote it. */
  readonly authorKey: string;
  readonly occurredAt: Date;
};

type MessageFacts = {
  readonly messageType: string;
  readonly sentAt: Date;
  readonly isForwarded: boolean;
  readonly quotedMessageId: string | undefined;
};

/** Names our own number as an author. */
export const ME = 'me';

/** The event of a message that was received, or sent from the phone. It has none of its content. */
export function toMessageEvent(subject: Subject, facts: MessageFacts): NewEvent {
  const type = subject.authorKey === ME ? 'message.sent' : 'message.received';
  return toEvent(subject, type, [subject.chatKey], {
    messageType: facts.messageType,
    sentAt: facts.sentAt.toISOString(),
    isForwarded: facts.isForwarded,
    replyTo: facts.quotedMessageId ?? null,
  });
}

export function toStatusEvent(subject: Subject, status: MessageStatus): NewEvent {
  return toEvent(subject, 'message.status', [status], { status });
}

/** The event of an edit, a revocation or a reaction. `changeId` is the ID of the message that contained it. */
export function toChangeEvent(
  subject: Subject,
  type: 'message.edited' | 'message.revoked' | 'message.reaction',
  changeId: string,
): NewEvent {
  return toEvent(subject, type, [changeId], {});
}

/** The event of a person who has viewed a status post, named by most of a number: no erasure would find it by a LID. */
export function toViewEvent(
  { sessionId, accountId }: Session,
  view: { readonly statusId: string; readonly viewer: string; readonly viewedAt: Date },
): NewEvent {
  const { statusId, viewer, viewedAt } = view;
  const type = 'status.viewed';
  const { phoneNumber } = readPersonKey(viewer);
  return {
    eventId: toEventId(type, sessionId, statusId, viewer),
    ...{ accountId, type, sessionId, subject: statusId, occurredAt: viewedAt },
    data: {
      sessionId: toSessionName(sessionId),
      statusId,
      phoneNumber: phoneNumber === undefined ? null : maskRecipient(phoneNumber),
      viewedAt: viewedAt.toISOString(),
    },
  };
}

function toEvent(
  { session, messageId, chatKey, authorKey, occurredAt }: Subject,
  type: string,
  parts: readonly string[],
  data: EventData,
): NewEvent {
  const { sessionId, accountId } = session;
  return {
    eventId: toEventId(type, sessionId, messageId, authorKey, ...parts),
    ...{ accountId, type, sessionId, subject: messageId, occurredAt },
    data: {
      sessionId: toSessionName(sessionId),
      messageId,
      ...nameChat(chatKey, authorKey),
      ...data,
    },
  };
}

/** Says where a message is, with most of a number hidden. */
function nameChat(chatKey: string, authorKey: string): EventData {
  const kind = toChatKind(chatKey);
  const isFromMe = authorKey === ME;
  if (kind !== 'person')
    return { chatType: kind, chat: chatKey, isFromMe, ...namePerson(authorKey) };
  return { chatType: kind, isFromMe, ...namePerson(chatKey) };
}

function namePerson(key: string): EventData {
  const { phoneNumber, lid } = readPersonKey(key);
  if (phoneNumber !== undefined) return { phoneNumber: maskRecipient(phoneNumber) };
  return lid === undefined ? {} : { lid };
}
