import { isMedia } from '../../../../domain/conversations/media.ts';
import type {
  ChatAction,
  MessageRef,
  OutgoingMessage,
} from '../../../../domain/conversations/outgoing.ts';
import { generateWAMessageFromContent, jidNormalizedUser, type WASocket } from '../baileys.ts';
import { createMediaConnections } from '../media/media-connection.ts';
import {
  FORWARDED,
  type LocatedRef,
  toBaileysContent,
  toBaileysOptions,
  toKey,
} from './write-content.ts';
import { toMediaMessage } from './write-media.ts';

/** Finds the ID under which a group has a person. */
type FindMemberId = (groupId: string, personKey: string) => string;

/** What a connection can do for conversations. `jid` is WhatsApp's ID of a chat. */
export function createSocketActions(socket: WASocket, findMemberId: FindMemberId) {
  /** Names the author of a message of another person in a group. */
  function locate<R extends MessageRef>(jid: string, ref: R): R & LocatedRef {
    const { authorKey, isFromMe } = ref;
    if (isFromMe || authorKey === undefined || !jid.endsWith('@g.us')) return ref;
    return { ...ref, participant: findMemberId(jid, authorKey) };
  }

  function locateAll(jid: string, { content, quoted, ...message }: OutgoingMessage) {
    const located =
      'target' in content ? { ...content, target: locate(jid, content.target) } : content;
    return { ...message, content: located, ...(quoted && { quoted: locate(jid, quoted) }) };
  }

  return {
    /** Resolves when the message is written to the connection. It may not have arrived yet. */
    async sendMessage(jid: string, message: OutgoingMessage, messageId: string): Promise<void> {
      const located = locateAll(jid, message);
      const { content, isForwarded, audience } = located;
      const userJid = jidNormalizedUser(socket.user?.id);
      const options = toBaileysOptions(jid, located, messageId);
      // Our own phone shows a status post only if it is one of those who can see it.
      const statusJidList = audience && [...audience, userJid];
      const shownTo = statusJidList && { statusJidList };
      if (!isMedia(content)) {
        const made = toBaileysContent(jid, content, isForwarded);
        await socket.sendMessage(jid, made, { ...options, ...shownTo });
        return;
      }
      const file = toMediaMessage(content, isForwarded ? FORWARDED : undefined);
      const made = generateWAMessageFromContent(jid, file, { ...options, userJid });
      await socket.relayMessage(jid, made.message ?? file, { messageId, ...shownTo });
    },

    /** Shows all people whether the session is there. WhatsApp shows it for some minutes. */
    async setPresence(isAvailable: boolean): Promise<void> {
      await socket.sendPresenceUpdate(isAvailable ? 'available' : 'unavailable');
    },

    /** Finds the URL of the picture of a person; undefined if there is none for us. @throws as `act`. */
    async findPicture(jid: string): Promise<string | undefined> {
      return socket.profilePictureUrl(jid, 'image').catch((error: { data?: unknown }) => {
        if (HIDDEN.includes(Number(error.data))) return undefined;
        throw error;
      });
    },

    /** Asks where files go, and for the permission. @throws when WhatsApp does not respond. */
    connectMedia: createMediaConnections(socket),

    /** @throws when WhatsApp does not respond. */
    async act(jid: string, action: ChatAction): Promise<void> {
      switch (action.kind) {
        case 'read':
          return socket.readMessages(action.messages.map((ref) => toKey(jid, locate(jid, ref))));
        case 'typing':
          return socket.sendPresenceUpdate(action.state, jid);
        case 'block':
          return socket.updateBlockStatus(jid, action.isOn ? 'block' : 'unblock');
        default:
          return socket.chatModify(toModification(jid, action), jid);
      }
    },
  };
}

/** What WhatsApp says of a picture that there is not, or not for us. */
const HIDDEN: readonly number[] = [401, 403, 404];

type Modification = Parameters<WASocket['chatModify']>[0];

function toModification(
  jid: string,
  action: Exclude<ChatAction, { kind: 'read' | 'typing' | 'block' }>,
): Modification {
  const { last } = action;
  const lastMessages = [
    { key: toKey(jid, last), messageTimestamp: Math.floor(last.sentAt.getTime() / 1000) },
  ];
  switch (action.kind) {
    case 'archive':
      return { archive: action.isOn, lastMessages };
    case 'pin':
      return { pin: action.isOn };
    case 'mute':
      return { mute: action.until ? action.until.getTime() : null };
    default:
      return { markRead: action.isOn, lastMessages };
  }
}
