import type { ReceiptKind } from './message.ts';
import type { WhatsAppChat, WhatsAppPerson } from './whatsapp-message.ts';

/** What a person, or our own phone, did with messages of a chat. */
export type WhatsAppReceipt = {
  readonly messageIds: readonly string[];
  readonly kind: ReceiptKind;
  readonly chat: WhatsAppChat;
  /** Who did it. In a group, only this person. */
  readonly by: WhatsAppPerson;
  /** Whether our own number did, on its phone: then these are messages that others wrote. */
  readonly isByMe: boolean;
  /** The server's clock, in whole seconds. */
  readonly at: Date;
};
