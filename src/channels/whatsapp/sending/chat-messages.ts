import type { MediaConnection } from '../../../domain/conversations/media-connection.ts';
import { toChatKind } from '../../../domain/conversations/message.ts';
import type { ChatAction } from '../../../domain/conversations/outgoing.ts';
import { toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import type { Clock } from '../../../lib/time/clock.ts';
import { ChannelError } from '../../contract.ts';
import type { ChatMessage, SentMessage } from '../../session-contract.ts';
import type { Contact } from '../interfaces.ts';
import { toChannelError } from '../session/send-queue.ts';
import type { Session } from '../session/session.ts';
import type { ContactCache } from './contact-cache.ts';
import type { createMessenger } from './messenger.ts';

/** A session of this node. */
export type ChatMember = {
  readonly sessionId: string;
  readonly session: Session;
  readonly messenger: ReturnType<typeof createMessenger>;
};

export type ChatContext = { readonly contacts: ContactCache; readonly now: Clock };

const LID = 'lid:';
const GROUP = '@g.us';

/** Where WhatsApp sends status posts to. */
const STATUS_ID = 'status@broadcast';

/** How long WhatsApp may take for an action. */
const ACTION_MS = 10_000;

/** Sends a message of a conversation. It passes the same queue and limits as any other. @throws {ChannelError} */
export async function sendChatMessage(
  { contacts, now }: ChatContext,
  { sessionId, messenger }: ChatMember,
  { recipient, message, messageId, isAutoReply, deadline }: Omit<ChatMessage, 'milliseconds'>,
): Promise<SentMessage> {
  // The event that makes a known contact of everyone who writes may still be on its way.
  if (isAutoReply && !recipient.startsWith(LID)) {
    await contacts.markKnown(sessionId, recipient, now());
  }
  const contact = await findContact({ contacts, now }, sessionId, recipient);
  const letter = { recipient, text: '', message, deadline, messageId, contact };
  await messenger.deliver({ ...letter, canWait: isAutoReply });
  return { messageId, sentAt: now() };
}

/** @throws {ChannelError} `unavailable` when the session is not connected, or WhatsApp does not respond. */
export async function actInChat(
  context: ChatContext,
  { sessionId, session }: ChatMember,
  recipient: string,
  action: ChatAction,
): Promise<void> {
  const deadline = AbortSignal.timeout(ACTION_MS);
  const contact = await findContact(context, sessionId, recipient);
  const socket = await session.whenOpen(deadline).catch(toChannelError);
  const jid = contact?.whatsAppId ?? toWhatsAppId(recipient);
  await orDeadline(socket.act(jid, action), deadline).catch((cause: unknown) => {
    throw new ChannelError('unavailable', 'WhatsApp did not accept the change', { cause });
  });
}

/** @throws {ChannelError} `unavailable` when the session is not connected, or WhatsApp does not respond. */
export async function connectMedia(session: Session, isFresh: boolean): Promise<MediaConnection> {
  const deadline = AbortSignal.timeout(ACTION_MS);
  const socket = await session.whenOpen(deadline).catch(toChannelError);
  return orDeadline(socket.connectMedia(isFresh), deadline).catch((cause: unknown) => {
    throw new ChannelError('unavailable', 'WhatsApp did not say where files go', { cause });
  });
}

/**
 * Groups and status posts need no permission. A person who is known by a hidden ID only has written to the session: else
 * the ID would not be known.
 */
async function findContact(
  { contacts, now }: ChatContext,
  sessionId: string,
  recipient: string,
): Promise<Contact | undefined> {
  const known = { isOnWhatsApp: true, checkedAt: now(), knownAt: now() };
  if (toChatKind(recipient) === 'status') return { ...known, whatsAppId: STATUS_ID };
  if (recipient.endsWith(GROUP)) return { ...known, whatsAppId: recipient };
  if (!recipient.startsWith(LID)) return (await contacts.find(recipient)).get(sessionId);
  return { ...known, whatsAppId: `${recipient.slice(LID.length)}@lid` };
}
