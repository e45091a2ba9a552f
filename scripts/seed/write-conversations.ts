import { addSeconds } from '../../src/lib/time/clock.ts';
import type { ConversationContext } from '../../src/services/conversations/context.ts';
import { sealContent } from '../../src/services/conversations/seal-content.ts';
import type { Database } from '../../src/storage/database.ts';
import { type NewRow, writeRows } from './write-rows.ts';

type Amount = {
  /** Divided among the chats. */
  readonly messages: number;
  readonly chats: number;
  readonly now: Date;
};

/** The session that gets them, which need not exist yet. */
const SESSION = { accountId: 'default', sessionId: 'default' } as const;

/**
 * Writes chats with people and their messages, with content, one message per second. A session shows them with
 * `store: content`.
 */
export async function writeConversations(
  database: Database,
  { sealer }: Pick<ConversationContext, 'sealer'>,
  { messages, chats, now }: Amount,
): Promise<void> {
  const timeOf = (index: number) => addSeconds(now, index - messages);
  await writeRows(database, 'chats', chats, (index) => ({
    ...SESSION,
    chatKey: toPhoneNumber(index),
    phoneNumber: toPhoneNumber(index),
    unreadCount: 1,
    lastMessageAt: now,
    createdAt: now,
    updatedAt: now,
  }));
  await writeRows(database, 'messages', messages, (index): NewRow => {
    const person = toPhoneNumber(index % chats);
    const messageId = `SEED${index.toString(16).toUpperCase().padStart(16, '0')}`;
    const place = { sessionId: SESSION.sessionId, messageId };
    return {
      ...SESSION,
      chatKey: person,
      messageId,
      authorKey: person,
      fromMe: false,
      messageType: 'text',
      status: 'received',
      sentAt: timeOf(index),
      ...sealContent(sealer, place, { type: 'text', text: `Message ${index} of ${person}` }),
      ingestId: 'seeded',
      createdAt: timeOf(index),
      updatedAt: timeOf(index),
    };
  });
}

function toPhoneNumber(index: number): string {
  return `+62898${10_000_000 + index}`;
}
