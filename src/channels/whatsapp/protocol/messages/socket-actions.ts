import type { ChatAction, OutgoingMessage } from '../../../../domain/conversations/outgoing.ts';
import type { WASocket } from '../baileys.ts';
import { toBaileysContent, toBaileysOptions, toKey } from './write-content.ts';

/** What a connection can do for conversations. `jid` is WhatsApp's ID of a chat. */
export function createSocketActions(socket: WASocket) {
  return {
    /** Resolves when the message is written to the connection. It may not have arrived yet. */
    async sendMessage(jid: string, message: OutgoingMessage, messageId: string): Promise<void> {
      const options = toBaileysOptions(jid, message, messageId);
      await socket.sendMessage(jid, toBaileysContent(jid, message), options);
    },

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
