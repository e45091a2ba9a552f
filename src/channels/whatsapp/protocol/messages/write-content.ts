import type { MediaContent } from '../../../../domain/conversations/message-content.ts';
import type {
  MessageRef,
  OutgoingContent,
  OutgoingMessage,
} from '../../../../domain/conversations/outgoing.ts';
import type { AnyMessageContent, MiscMessageGenerationOptions, WAMessage } from '../baileys.ts';
import { toQuotedMedia } from './write-media.ts';

/** What marks a message as forwarded. */
export const FORWARDED = { isForwarded: true, forwardingScore: 1 };

/** All but files, which Baileys would read itself: it never gets a URL or a path. */
export type WrittenContent = Exclude<OutgoingContent, MediaContent>;

/** The message as Baileys takes it. */
export function toBaileysContent(
  jid: string,
  content: WrittenContent,
  isForwarded: boolean | undefined,
): AnyMessageContent {
  const made = make(jid, content);
  return isForwarded ? ({ ...made, contextInfo: FORWARDED } as AnyMessageContent) : made;
}

export function toBaileysOptions(
  jid: string,
  { content, quoted }: OutgoingMessage,
  messageId: string,
): MiscMessageGenerationOptions {
  const style = content.type === 'text' ? content.style : undefined;
  return { messageId, ...(quoted && { quoted: toQuoted(jid, quoted) }), ...style };
}

function make(jid: string, content: WrittenContent): AnyMessageContent {
  switch (content.type) {
    case 'text':
      return { text: content.text, linkPreview: null };
    case 'location': {
      const { latitude, longitude, name, address } = content;
      const place = { degreesLatitude: latitude, degreesLongitude: longitude };
      return { location: { ...place, ...(name && { name }), ...(address && { address }) } };
    }
    case 'contact': {
      const contacts = content.contacts.map(({ name, vcard }) => ({ displayName: name, vcard }));
      return { contacts: { displayName: contacts[0]?.displayName ?? '', contacts } };
    }
    case 'poll': {
      const { question, options, mostChoices } = content;
      return { poll: { name: question, values: [...options], selectableCount: mostChoices } };
    }
    case 'reaction':
      return { react: { key: toKey(jid, content.target), text: content.emoji } };
    case 'edit':
      return { text: content.text, linkPreview: null, edit: toKey(jid, content.target) };
    default:
      return { delete: toKey(jid, content.target) };
  }
}

/** In a group, a message of another person is also named by its author. */
export type LocatedRef = MessageRef & { readonly participant?: string };

export function toKey(remoteJid: string, { messageId, isFromMe, participant }: LocatedRef) {
  return { remoteJid, id: messageId, fromMe: isFromMe, ...(participant && { participant }) };
}

function toQuoted(jid: string, quoted: NonNullable<OutgoingMessage['quoted']>): WAMessage {
  const { text, mediaType } = quoted;
  const message = mediaType ? toQuotedMedia(mediaType, text) : { conversation: text };
  return { key: toKey(jid, quoted), message };
}
