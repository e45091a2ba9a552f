import type {
  MessageRef,
  OutgoingContent,
  OutgoingMessage,
} from '../../../../domain/conversations/outgoing.ts';
import type { AnyMessageContent, MiscMessageGenerationOptions, WAMessage } from '../baileys.ts';

/** The message as Baileys takes it. It never gets a URL or a path to read. */
export function toBaileysContent(
  jid: string,
  { content, isForwarded }: OutgoingMessage,
): AnyMessageContent {
  const made = make(jid, content);
  if (!isForwarded) return made;
  return { ...made, contextInfo: { isForwarded: true, forwardingScore: 1 } } as AnyMessageContent;
}

export function toBaileysOptions(
  jid: string,
  { quoted }: OutgoingMessage,
  messageId: string,
): MiscMessageGenerationOptions {
  return { messageId, ...(quoted && { quoted: toQuoted(jid, quoted) }) };
}

function make(jid: string, content: OutgoingContent): AnyMessageContent {
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
  return { key: toKey(jid, quoted), message: { conversation: quoted.text } };
}
