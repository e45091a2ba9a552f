import { readPersonKey, toChatKind } from '../../../domain/conversations/message.ts';
import type { ShownContent } from '../../../domain/conversations/message-content.ts';
import { ME } from '../../../services/conversations/message-events.ts';
import type { ReadMessage } from '../../../services/conversations/reading/read-messages.ts';

/** Names a person by the key of a chat or an author. */
function presentPerson(key: string) {
  const { phoneNumber = null, lid = null } = readPersonKey(key);
  return { phoneNumber, lid };
}

const toTime = (time: Date | undefined) => time?.toISOString() ?? null;

/** Presents a message field by field, so that no other field can leak. */
export function presentMessage(message: ReadMessage) {
  const { chatKey, authorKey, fromMe, content, reactions } = message;
  const direction = fromMe ? ('outgoing' as const) : ('incoming' as const);
  return {
    messageId: message.messageId,
    chat: chatKey,
    chatType: toChatKind(chatKey),
    direction,
    ...presentPerson(chatKey),
    author: authorKey === ME ? null : presentPerson(authorKey),
    type: message.messageType,
    content: content ? presentContent(content) : null,
    status: message.status,
    errorCode: message.errorCode ?? null,
    replyTo: message.quotedMessageId ?? null,
    isForwarded: message.isForwarded,
    isRead: message.isRead,
    sentAt: message.sentAt.toISOString(),
    receivedAt: message.createdAt.toISOString(),
    acceptedAt: toTime(message.acceptedAt),
    deliveredAt: toTime(message.deliveredAt),
    readAt: toTime(message.readAt),
    failedAt: toTime(message.failedAt),
    editedAt: toTime(message.editedAt),
    revokedAt: toTime(message.revokedAt),
    reactions: reactions.map((one) => ({
      ...presentPerson(one.authorKey),
      isFromMe: one.authorKey === ME,
      emoji: one.emoji,
      reactedAt: one.reactedAt.toISOString(),
    })),
  };
}

/** Leaves out the keys of a file: they open it on WhatsApp's servers. */
function presentContent(content: ShownContent) {
  if (!('keys' in content)) return content;
  const { keys, ...shown } = content;
  return shown;
}
