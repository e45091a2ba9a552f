import { proto } from '@whiskeysockets/baileys';

const { Type } = proto.Message.ProtocolMessage;

/** The message that a reply answers; `jid` is its author. */
export type Quoted = { readonly id: string; readonly jid: string; readonly text: string };

export type TextOptions = {
  readonly replyTo?: Quoted;
  /** How often it was passed on; 5 and more is "forwarded many times". */
  readonly forwarded?: number;
};

/** A text; it is `conversation` when nothing else comes with it, as phones write it. */
export function textContent(text: string, { replyTo, forwarded }: TextOptions = {}) {
  if (!replyTo && !forwarded) return { conversation: text };
  const contextInfo = { ...quote(replyTo), ...forwardMark(forwarded) };
  return { extendedTextMessage: { text, contextInfo } };
}

/** Marks any content as passed on; a plain text becomes an extended one. */
export function forwardedContent(content: proto.IMessage, forwarded = 1): proto.IMessage {
  if (content.conversation) return textContent(content.conversation, { forwarded });
  const [[kind, part] = ['', {}]] = Object.entries(content).filter(([name]) =>
    name.endsWith('Message'),
  );
  return { [kind]: { ...part, contextInfo: forwardMark(forwarded) } };
}

/** An empty emoji takes the reaction back. */
export function reactionContent(key: proto.IMessageKey, emoji: string): proto.IMessage {
  return { reactionMessage: { key, text: emoji, senderTimestampMs: Date.now() } };
}

export function editContent(key: proto.IMessageKey, text: string): proto.IMessage {
  const editedMessage = { conversation: text };
  const timestampMs = Date.now();
  return { protocolMessage: { type: Type.MESSAGE_EDIT, key, editedMessage, timestampMs } };
}

export function revokeContent(key: proto.IMessageKey): proto.IMessage {
  return { protocolMessage: { type: Type.REVOKE, key } };
}

export function locationContent(latitude: number, longitude: number, name = ''): proto.IMessage {
  return { locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name } };
}

export function contactContent(name: string, number: string): proto.IMessage {
  const waid = number.replace(/\D/g, '');
  const vcard = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN:${name}`,
    `TEL;type=CELL;waid=${waid}:+${waid}`,
    'END:VCARD',
  ].join('\n');
  return { contactMessage: { displayName: name, vcard } };
}

export function pollContent(name: string, options: readonly string[]): proto.IMessage {
  const choices = options.map((optionName) => ({ optionName }));
  return { pollCreationMessageV3: { name, options: choices, selectableOptionsCount: 1 } };
}

/** What the envelope says of its content: `text`, `media`, `reaction` or `poll`. */
export function stanzaTypeOf(content: proto.IMessage): string {
  if (content.reactionMessage) return 'reaction';
  if (content.pollCreationMessageV3) return 'poll';
  return Object.values(content).some((part) => part?.mediaKey) ? 'media' : 'text';
}

/** The envelope's `edit`: 1 an edit, 7 a message taken back by its author, 8 by an admin. */
export function editMarkOf({ protocolMessage }: proto.IMessage): string | undefined {
  if (protocolMessage?.type === Type.MESSAGE_EDIT) return '1';
  if (protocolMessage?.type !== Type.REVOKE) return undefined;
  return protocolMessage.key?.fromMe ? '7' : '8';
}

function quote(replyTo: Quoted | undefined): proto.IContextInfo {
  if (!replyTo) return {};
  const { id, jid, text } = replyTo;
  return { stanzaId: id, participant: jid, quotedMessage: { conversation: text } };
}

function forwardMark(forwarded: number | undefined): proto.IContextInfo {
  return forwarded ? { isForwarded: true, forwardingScore: forwarded } : {};
}
