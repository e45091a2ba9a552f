import type { AccountNews } from '../../domain/conversations/account/account-news.ts';
import type { LidMapping, WhatsAppMessage } from '../../domain/conversations/whatsapp-message.ts';
import type { WhatsAppReceipt } from '../../domain/conversations/whatsapp-receipt.ts';
import type { SessionRef } from '../../storage/conversations/ingest-store.ts';
import type { EarlyReceipts } from './inbound/early-receipts.ts';
import type { KnownLids } from './inbound/known-lids.ts';

/** What happened in a session, in order. */
export type InboxItem =
  | { readonly kind: 'message'; readonly message: WhatsAppMessage }
  | { readonly kind: 'receipt'; readonly receipt: WhatsAppReceipt }
  | { readonly kind: 'mapping'; readonly mapping: LidMapping }
  | { readonly kind: 'news'; readonly news: AccountNews };

/** Messages that are written by one transaction. The ID stays the same when it is repeated. */
export type MessagesJob = {
  readonly kind: 'messages';
  readonly ingestId: string;
  readonly messages: readonly WhatsAppMessage[];
};

/** One part of the work, which takes effect as a whole. */
export type Job =
  | MessagesJob
  | { readonly kind: 'change'; readonly message: WhatsAppMessage }
  | { readonly kind: 'receipts'; readonly receipts: readonly WhatsAppReceipt[] }
  | { readonly kind: 'mappings'; readonly mappings: readonly LidMapping[] }
  | { readonly kind: 'news'; readonly news: AccountNews };

/** What is remembered about a session between jobs. */
export type InboxState = {
  readonly session: SessionRef;
  readonly lids: KnownLids;
  readonly early: EarlyReceipts;
  /** The names that people have chosen, as they are stored, by person. */
  readonly names: Map<string, string>;
};

/** A message whose people are known as far as possible. */
export type Resolved = {
  readonly message: WhatsAppMessage;
  readonly chatKey: string;
  readonly authorKey: string;
};
