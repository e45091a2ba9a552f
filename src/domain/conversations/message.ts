import type { MessageContent, ShownContent } from './message-content.ts';
import type { WhatsAppChat, WhatsAppPerson } from './whatsapp-message.ts';

/** The kinds of messages that are stored. */
export const messageTypes = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contact',
  'poll',
  'button_reply',
  'list_reply',
  'unsupported',
  'undecrypted',
] as const;
export type MessageType = (typeof messageTypes)[number] & ShownContent['type'];

/**
 * How far a message has come. What people write is `received`. A message of ours is `pending` until WhatsApp accepts or
 * refuses it. Nothing lifts `failed`.
 */
export const messageStatuses = [
  'received',
  'pending',
  'accepted',
  'delivered',
  'read',
  'failed',
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** What a receipt reports. A voice message that was played was also read. */
export type ReceiptKind = 'delivered' | 'read' | 'played';

const LID = 'lid:';

/** The key of the status posts of all people. */
export const STATUS_KEY = 'status';

/** Names a person in the tables: by number if it is known, else by LID. Undefined for no one. */
export function toPersonKey({ phoneNumber, lid }: WhatsAppPerson): string | undefined {
  return phoneNumber ?? (lid === undefined ? undefined : toLidKey(lid));
}

export function toLidKey(lid: string): string {
  return `${LID}${lid}`;
}

/** All keys under which rows may have a person: those of before a number was known have the LID. */
export function toPersonKeys({ phoneNumber, lid }: WhatsAppPerson): readonly string[] {
  return [phoneNumber, lid === undefined ? undefined : toLidKey(lid)].filter(
    (key) => key !== undefined,
  );
}

/** Reads the key of a person. */
export function readPersonKey(key: string): WhatsAppPerson {
  if (key.startsWith(LID)) return { lid: key.slice(LID.length) };
  return key.startsWith('+') ? { phoneNumber: key } : {};
}

/** Names a chat in the tables. Undefined for a person without any ID. */
export function toChatKey(chat: WhatsAppChat): string | undefined {
  switch (chat.kind) {
    case 'person':
      return toPersonKey(chat.person);
    case 'group':
      return chat.groupId;
    case 'newsletter':
      return chat.newsletterId;
    default:
      return STATUS_KEY;
  }
}

export const chatKinds = ['person', 'group', 'newsletter', 'status'] as const;
type ChatKind = (typeof chatKinds)[number];

export function toChatKind(chatKey: string): ChatKind {
  if (chatKey === STATUS_KEY) return 'status';
  if (chatKey.endsWith('@g.us')) return 'group';
  return chatKey.endsWith('@newsletter') ? 'newsletter' : 'person';
}

/** Whether a content is a message of its own. The others change one. */
export function isShown(content: MessageContent): content is ShownContent {
  return content.type !== 'edit' && content.type !== 'revoke' && content.type !== 'reaction';
}
