import { isMedia } from '../../../../domain/conversations/media.ts';
import type { ChatAction, OutgoingMessage } from '../../../../domain/conversations/outgoing.ts';
import { generateWAMessageFromContent, jidNormalizedUser, type WASocket } from '../baileys.ts';
import { createMediaConnections } from '../media/media-connection.ts';
import { FORWARDED, toBaileysContent, toBaileysOptions, toKey } from './write-content.ts';
import { toMediaMessage } from './write-media.ts';

/** What a connection can do for conversations. `jid` is WhatsApp's ID of a chat. */
export function createSocketActions(socket: WASocket) {
  return {
    /** Resolves when the message is written to the connection. It may not have arrived yet. */
    async sendMessage(jid: string, message: OutgoingMessage, messageId: string): Promise<void> {
      const { content, isForwarded, audience } = message;
      const userJid = jidNormalizedUser(socket.user?.id);
      const options = toBaileysOptions(jid, message, messageId);
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

    /** Asks where files go, and for the permission. @throws when WhatsApp does not respond. */
    connectMedia: createMediaConnections(socket),

    /** @throws when WhatsApp does not respond. */
    async act(jid: string, action: ChatAction): Promise<void> {
      switch (action.kind) {
        case 'read':
          return socket.readMessages(
            action.messageIds.map((messageId) => toKey(jid, { messageId, isFromMe: false })),
          );
        case 'block':
          return socket.updateBlockStatus(jid, action.isOn ? 'block' : 'unblock');
        default:
          return socket.chatModify(toModification(jid, action), jid);
      }
    },
  };
}

type Modification = Parameters<WASocket['chatModify']>[0];

function toModification(
  jid: string,
  action: Exclude<ChatAction, { kind: 'read' | 'block' }>,
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
