import { toPersonKeys } from '../../../domain/conversations/message.ts';
import type { WhatsAppMessage } from '../../../domain/conversations/whatsapp-message.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { Clock } from '../../../lib/time/clock.ts';

const RECENT_MS = 60_000;

/** How many people are remembered. Beyond that the oldest one is forgotten. */
const MOST_PEOPLE = 5000;

/** Remembers for a minute to whom a session, or the phone of its number, has written. */
export function createRecentChats(now: Clock) {
  /** When the person was last written to, in milliseconds since 1970. */
  const people = createRecentEntries<number>({ most: MOST_PEOPLE });

  /** Names a person by number (E.164), or by `lid:` and a hidden ID. */
  function note(key: string): void {
    people.set(key, now().getTime());
  }

  return {
    note,
    noteFromPhone({ isFromMe, arrival, chat }: WhatsAppMessage): void {
      if (!isFromMe || arrival === 'history' || chat.kind !== 'person') return;
      for (const key of toPersonKeys(chat.person)) note(key);
    },
    hasAny: (keys: readonly string[]): boolean =>
      keys.some((key) => now().getTime() - (people.get(key) ?? 0) < RECENT_MS),
  };
}
