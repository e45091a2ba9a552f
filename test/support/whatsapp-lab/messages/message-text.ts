import { randomBytes } from 'node:crypto';
import { proto } from '@whiskeysockets/baileys';

const { Type } = proto.Message.ProtocolMessage;

/** What a person sees a message as. */
export type MessageKind = keyof typeof PARTS | 'text' | 'edit' | 'revoke' | 'other';

const PARTS = {
  image: 'imageMessage',
  video: 'videoMessage',
  audio: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
  location: 'locationMessage',
  contact: 'contactMessage',
  reaction: 'reactionMessage',
  poll: 'pollCreationMessageV3',
} as const;

/** The message itself, without the cover under which an account's own devices get their copy. */
export function contentOf(message: proto.IMessage): proto.IMessage {
  return message.deviceSentMessage?.message ?? message;
}

/** What a person reads: plain, with its preview, or what another device of theirs sent. */
export function textOf(message: proto.IMessage | null | undefined): string {
  const content = message && contentOf(message);
  return content?.conversation || content?.extendedTextMessage?.text || editedTextOf(content) || '';
}

export function kindOf(content: proto.IMessage): MessageKind {
  const { protocolMessage } = content;
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return 'edit';
  if (protocolMessage?.type === Type.REVOKE) return 'revoke';
  if (content.conversation || content.extendedTextMessage) return 'text';
  const found = Object.entries(PARTS).find(([, part]) => content[part]);
  return found ? (found[0] as MessageKind) : 'other';
}

/** The message that a reaction, an edit or a revocation is about. */
export function targetOf({ reactionMessage, protocolMessage }: proto.IMessage): string | undefined {
  return (reactionMessage ?? protocolMessage)?.key?.id ?? undefined;
}

/** Whether devices only say it to each other: nobody sees it. */
export function isBetweenDevices({ protocolMessage }: proto.IMessage): boolean {
  if (!protocolMessage) return false;
  return protocolMessage.type !== Type.MESSAGE_EDIT && protocolMessage.type !== Type.REVOKE;
}

/** The digits that a person would type from a message, or undefined when it has none. */
export function codeIn(text: string): string | undefined {
  return text.match(/(?<!\d)(?:\d{3}[- ]\d{3}|\d{4,10})(?!\d)/)?.[0].replace(/\D/g, '');
}

/** WhatsApp hides the length of a message behind 1 to 16 bytes, each of which says how many. */
export function pad(message: Uint8Array): Buffer {
  const count = (randomBytes(1).readUInt8() & 15) + 1;
  return Buffer.concat([message, Buffer.alloc(count, count)]);
}

export function unpad(padded: Buffer): Buffer {
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}

function editedTextOf(content: proto.IMessage | null | undefined): string | undefined {
  const edited = content?.protocolMessage?.editedMessage;
  return edited ? edited.conversation || edited.extendedTextMessage?.text || undefined : undefined;
}
