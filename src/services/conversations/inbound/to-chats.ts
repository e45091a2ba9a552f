import { readPersonKey } from '../../../domain/conversations/message.ts';
import type { NewChat, SessionRef } from '../../../storage/conversations/ingest-store.ts';
import type { IngestContext } from '../context.ts';
import type { Resolved } from '../inbox.ts';

/** The chats of messages, and the last message of each. */
export function toNewChats(
  { now }: Pick<IngestContext, 'now'>,
  session: SessionRef,
  resolved: readonly Resolved[],
): NewChat[] {
  const chats = new Map<string, NewChat>();
  for (const one of resolved) {
    const next = toChat(session, one, now());
    const known = chats.get(one.chatKey);
    const last = known && known.lastMessageAt > next.lastMessageAt ? known : next;
    chats.set(one.chatKey, { ...last, lid: next.lid ?? known?.lid ?? null });
  }
  return [...chats.values()];
}

function toChat(session: SessionRef, { message, chatKey }: Resolved, at: Date): NewChat {
  const { chat, sentAt, messageId } = message;
  const person = readPersonKey(chatKey);
  const lid = chat.kind === 'person' ? chat.person.lid : undefined;
  return {
    ...session,
    chatKey,
    lid: lid ?? person.lid ?? null,
    phoneNumber: person.phoneNumber ?? null,
    isGroup: chat.kind === 'group',
    // The sender's clock may be wrong, and a chat must not stay on top for years.
    lastMessageAt: sentAt < at ? sentAt : at,
    lastMessageId: messageId,
    createdAt: at,
    updatedAt: at,
  };
}
