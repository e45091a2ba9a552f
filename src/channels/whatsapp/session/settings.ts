import {
  DEFAULT_SETTINGS,
  isIgnoredChat,
  readIgnored,
  sendsCodes,
} from '../../../domain/conversations/session-settings.ts';
import type { SessionRecords } from '../interfaces.ts';

/** The settings of a session of this node. They are read when it connects, and when they change. */
export function createSettings(records: Pick<SessionRecords, 'findById'>, sessionId: string) {
  let { use, ignore } = DEFAULT_SETTINGS;

  return {
    async load(): Promise<void> {
      const record = await records.findById(sessionId);
      if (!record) return;
      use = record.usedFor;
      ignore = readIgnored(record.ignoredChats);
    },
    /** Whether nothing of a chat is to be decrypted. Called with WhatsApp's ID of the chat. */
    isIgnored: (jid: string) => isIgnoredChat(jid, ignore),
    sendsCodes: () => sendsCodes(use),
  };
}
