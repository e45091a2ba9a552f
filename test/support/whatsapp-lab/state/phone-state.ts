import type { ChatModification, proto } from '@whiskeysockets/baileys';
import type { Account } from '../account.ts';
import type { World } from '../world.ts';
import { changeChat } from './app-state.ts';
import { noticeOf, type OldChat, recentHistory } from './history.ts';
import {
  type ChatState,
  type Presence,
  type Sign,
  showChatState,
  showPresence,
} from './presence.ts';

/** One setting of a chat, or the name under which a person keeps a contact. */
export type ChatChange =
  | { readonly isPinned: boolean }
  | { readonly isArchived: boolean }
  | { readonly isRead: boolean }
  | { readonly mutedUntil: Date | null }
  | { readonly contactName: string };

type Owner = {
  readonly world: World;
  readonly account: Account;
  /** Sends what only devices read to those that are linked to the account. */
  tell(content: proto.IMessage): Promise<void>;
};

/** What a phone shares with the devices that are linked to it, and shows to others, beside messages. */
export function createPhoneState({ world, account, tell }: Owner) {
  return {
    /** Gives the linked devices more of the past; `blob` leaves it on the media host. */
    async sendHistory(chats: readonly OldChat[], by: 'inline' | 'blob' = 'inline'): Promise<void> {
      await tell(noticeOf(world, recentHistory(world, chats), by));
    },
    /** Pins, archives, mutes a chat, or names a contact. `to` is a number, a hidden id or a group. */
    async changeChat(to: string, change: ChatChange): Promise<void> {
      const jid = to.endsWith('@g.us') ? to : world.get(to).shownJid;
      await changeChat(world, account, { jid, change: modificationOf(change) });
    },
    /** How many changes of chats the server has, by collection. */
    changes: (collection: string): number =>
      world.appStates.get(`${account.pn} ${collection}`)?.patches.length ?? 0,
    /** Those who follow this person learn of it. */
    show: (presence: Presence): void => showPresence(account, presence),
    /** Types or records in the chat with a person, or in a group. */
    showIn: (to: string, state: ChatState): void => showChatState(world, account, { to, state }),
    /** What linked devices showed to this person: that they follow them, type, record. */
    signs: (): Sign[] => world.signs.filter(({ to }) => to === account.pn),
  };
}

export type PhoneState = ReturnType<typeof createPhoneState>;

function modificationOf(change: ChatChange): ChatModification {
  if ('isPinned' in change) return { pin: change.isPinned };
  if ('isArchived' in change) return { archive: change.isArchived, lastMessages: [] };
  if ('isRead' in change) return { markRead: change.isRead, lastMessages: [] };
  if ('mutedUntil' in change) return { mute: change.mutedUntil?.getTime() ?? null };
  return { contact: { fullName: change.contactName, saveOnPrimaryAddressbook: true } };
}
