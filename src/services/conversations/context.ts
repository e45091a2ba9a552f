import type { NewEvent } from '../../domain/webhooks/event.ts';
import type { Sealer } from '../../lib/crypto/encryption.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { GroupStore } from '../../storage/conversations/account/group-store.ts';
import type { NameStore } from '../../storage/conversations/account/name-store.ts';
import type { PersonStore } from '../../storage/conversations/account/person-store.ts';
import type { ChangeStore } from '../../storage/conversations/change-store.ts';
import type { ChatStore } from '../../storage/conversations/chat-store.ts';
import type { AddressedEvent, IngestStore } from '../../storage/conversations/ingest-store.ts';
import type { LidStore } from '../../storage/conversations/lid-store.ts';
import type { MessageStore } from '../../storage/conversations/message-store.ts';
import type { ReceiptStore } from '../../storage/conversations/receipt-store.ts';
import type { StatusPostStore } from '../../storage/conversations/status-post-store.ts';
import type { EventStore } from '../../storage/webhooks/event-store.ts';
import type { ContactStore } from '../../storage/whatsapp/contact-store.ts';
import type { SessionContext } from '../whatsapp/context.ts';
import type { GroupLimits } from './groups/group-limits.ts';
import type { MediaContext } from './media/context.ts';
import type { KnownSettings } from './settings/known-settings.ts';

/** What storing conversations needs. Built once, by the composition root. */
export type IngestContext = {
  readonly ingest: IngestStore;
  readonly changes: ChangeStore;
  readonly receipts: ReceiptStore;
  readonly lids: LidStore;
  readonly statusPosts: StatusPostStore;
  readonly people: PersonStore;
  readonly groups: GroupStore;
  readonly names: NameStore;
  readonly chats: Pick<ChatStore, 'change'>;
  readonly events: Pick<EventStore, 'record'>;
  readonly knownSettings: KnownSettings;
  readonly sealer: Sealer;
  /** Whether events of an account are recorded. */
  readonly isWatched: (accountId: string) => boolean;
  /** Finds the endpoints that an event is pushed to. */
  readonly address: (event: NewEvent) => AddressedEvent;
  /** Called when there is something to push. */
  readonly onRecorded: () => void;
  /** Called with messages that could not be stored. */
  readonly onLost: (count: number) => void;
  readonly logger: Logger;
  readonly now: Clock;
};

/** What reading conversations and taking part in them needs. */
export type ConversationContext = Pick<
  IngestContext,
  | 'ingest'
  | 'changes'
  | 'receipts'
  | 'groups'
  | 'names'
  | 'events'
  | 'statusPosts'
  | 'knownSettings'
  | 'sealer'
  | 'isWatched'
  | 'address'
  | 'onRecorded'
> & {
  readonly messages: MessageStore;
  readonly chats: ChatStore;
  readonly contacts: Pick<ContactStore, 'listKnown'>;
  readonly whatsapp: SessionContext;
  readonly media: MediaContext;
  readonly groupLimits: GroupLimits;
  readonly logger: Logger;
  readonly now: Clock;
};
