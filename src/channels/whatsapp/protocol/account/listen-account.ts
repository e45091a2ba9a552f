import type {
  AccountNews,
  ChatState,
} from '../../../../domain/conversations/account/account-news.ts';
import type { WhatsAppChat } from '../../../../domain/conversations/whatsapp-message.ts';
import { randomId } from '../../../../lib/crypto/secrets.ts';
import type { BaileysEventMap, WASocket } from '../baileys.ts';
import { type PersonFinder, toPerson } from '../messages/find-person.ts';
import { toSharedChat } from '../messages/read-message.ts';

/** How many characters of a name in an address book are kept. */
const LONGEST_NAME = 200;

const NEWS_ID_BYTES = 12;

/** Until when a chat is silent that the phone has muted for good. */
const FOREVER = new Date(Date.UTC(2100, 0, 1));

/** Passes on what the phone of the session changes in its chats and its address book. */
export function listenToAccount(
  socket: WASocket,
  people: PersonFinder,
  onNews: (news: AccountNews) => void,
): void {
  let last = Promise.resolve();
  const inOrder = (task: () => Promise<void>) => {
    last = last.then(task).catch(() => {});
  };

  socket.ev.on('chats.update', (updates) => {
    for (const update of updates) {
      const state = readState(update);
      if (state) inOrder(() => passOn(update.id ?? '', state));
    }
  });
  socket.ev.on('contacts.upsert', (contacts) => {
    for (const { id, lid, phoneNumber, name } of contacts) {
      const person = toPerson([id, lid, phoneNumber]);
      const newsId = randomId(NEWS_ID_BYTES);
      if (name) onNews({ kind: 'contact', person, name: name.slice(0, LONGEST_NAME), newsId });
    }
  });

  async function passOn(jid: string, state: ChatState): Promise<void> {
    const chat = await findChat(jid, people);
    if (chat) onNews({ kind: 'chat', chat, state });
  }
}

async function findChat(jid: string, people: PersonFinder): Promise<WhatsAppChat | undefined> {
  const shared = toSharedChat(jid);
  if (shared) return shared;
  const person = await people.find(jid, undefined);
  const isAnyone = person.phoneNumber !== undefined || person.lid !== undefined;
  return isAnyone ? { kind: 'person', person } : undefined;
}

type Update = BaileysEventMap['chats.update'][number];

/** Undefined if the update is about something else, such as a new message. */
function readState({ archived, pinned, muteEndTime }: Update): ChatState | undefined {
  if (archived === undefined && pinned === undefined && muteEndTime === undefined) return undefined;
  return {
    ...(typeof archived === 'boolean' && { isArchived: archived }),
    ...(pinned !== undefined && { isPinned: Boolean(pinned) }),
    ...(muteEndTime !== undefined && { mutedUntil: readMute(muteEndTime) }),
  };
}

/** In milliseconds; -1 for good. */
function readMute(endsAt: unknown): Date | null {
  if (endsAt === null || Number(endsAt) === 0) return null;
  const isForever = Number(endsAt) < 0 || Number(endsAt) > FOREVER.getTime();
  return isForever ? FOREVER : new Date(Number(endsAt));
}
