import type { WhatsAppChat, WhatsAppPerson } from '../whatsapp-message.ts';
import type { GroupChange } from './group.ts';

/** What the phone of a session has changed in a chat. An undefined field stays as it is. */
export type ChatState = {
  readonly isArchived?: boolean | undefined;
  readonly isPinned?: boolean | undefined;
  /** NULL for no longer muted. */
  readonly mutedUntil?: Date | null | undefined;
};

/** What a session learns about its account, besides messages. */
export type AccountNews =
  | {
      readonly kind: 'group';
      readonly groupId: string;
      readonly change: GroupChange;
      /** The ID of WhatsApp's notification; undefined for what was asked, and for our own changes. */
      readonly newsId?: string;
    }
  /** The session is a member of these groups only. */
  | { readonly kind: 'group_list'; readonly groupIds: readonly string[] }
  /** The name in the phone's address book. */
  | {
      readonly kind: 'contact';
      readonly person: WhatsAppPerson;
      readonly name: string;
      readonly newsId: string;
    }
  | { readonly kind: 'chat'; readonly chat: WhatsAppChat; readonly state: ChatState };
