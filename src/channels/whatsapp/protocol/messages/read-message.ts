import type {
  WhatsAppChat,
  WhatsAppMessage,
  WhatsAppPerson,
} from '../../../../domain/conversations/whatsapp-message.ts';
import { proto, type WAMessage, type WAMessageKey } from '../baileys.ts';
import type { PersonFinder } from './find-person.ts';
import { readContent } from './read-content.ts';

type Parts = {
  readonly people: PersonFinder;
  readonly arrival: WhatsAppMessage['arrival'];
};

/** Longer IDs are not WhatsApp's: its clients use 16 to 32 characters. */
const LONGEST_ID = 128;

/** How many characters of a chosen name are kept. WhatsApp admits 25. */
const LONGEST_NAME = 100;

/** Converts a message of Baileys. Undefined if it is nothing for people, such as the keys of a group. */
export async function readMessage(
  received: WAMessage,
  { people, arrival }: Parts,
): Promise<WhatsAppMessage | undefined> {
  const { key, pushName } = received;
  const messageId = key.id;
  if (!messageId || messageId.length > LONGEST_ID || !key.remoteJid) return undefined;
  const found = findContent(received);
  if (!found) return undefined;
  const { stanzaId, isForwarded, forwardingScore } = found.contextInfo ?? {};
  const isFromMe = key.fromMe === true;
  const who = await findChat(key, people);
  if (!who) return undefined;
  return {
    messageId,
    chat: who.chat,
    sender: isFromMe ? people.readMe() : who.author,
    ...(pushName && !isFromMe && { pushName: pushName.slice(0, LONGEST_NAME) }),
    isFromMe,
    sentAt: toTime(received.messageTimestamp),
    arrival,
    isForwarded: isForwarded === true || Number(forwardingScore ?? 0) > 0,
    ...(stanzaId && stanzaId.length <= LONGEST_ID && { replyTo: stanzaId }),
    content: found.content,
  };
}

function findContent({ message, messageStubType, key }: WAMessage): ReturnType<typeof readContent> {
  if (message) return readContent(message);
  if (messageStubType === proto.WebMessageInfo.StubType.CIPHERTEXT) {
    return { content: { type: 'undecrypted' } };
  }
  // A message that can be seen once is only delivered to the phone.
  return key.isViewOnce ? { content: { type: 'unsupported' } } : undefined;
}

async function findChat(
  { remoteJid, remoteJidAlt, participant, participantAlt }: WAMessageKey,
  people: PersonFinder,
): Promise<{ readonly chat: WhatsAppChat; readonly author: WhatsAppPerson } | undefined> {
  const jid = remoteJid ?? '';
  const shared = toSharedChat(jid);
  if (shared?.kind === 'newsletter') return { chat: shared, author: {} };
  // The alternative ID of a status post is not always where that of a group is.
  const author = shared && (await people.find(participant, participantAlt ?? remoteJidAlt));
  if (shared) return author && { chat: shared, author };
  const person = await people.find(jid, remoteJidAlt);
  const isAnyone = person.phoneNumber !== undefined || person.lid !== undefined;
  return isAnyone ? { chat: { kind: 'person', person }, author: person } : undefined;
}

export function toSharedChat(jid: string): Exclude<WhatsAppChat, { kind: 'person' }> | undefined {
  if (jid.endsWith('@g.us')) return { kind: 'group', groupId: jid };
  if (jid.endsWith('@newsletter')) return { kind: 'newsletter', newsletterId: jid };
  return jid === 'status@broadcast' ? { kind: 'status' } : undefined;
}

/** The latest time that all databases can store in a column with milliseconds. */
const LATEST_SECONDS = 4_102_444_800; // 2100

/** Reads seconds since 1970; the current time if there is none that makes sense. */
export function toTime(timestamp: WAMessage['messageTimestamp']): Date {
  const seconds = Number(timestamp ?? 0);
  const isValid = seconds > 0 && seconds < LATEST_SECONDS;
  return isValid ? new Date(seconds * 1000) : new Date();
}
