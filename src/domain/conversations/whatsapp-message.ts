import type { MessageContent } from './message-content.ts';

/**
 * A person, by number (E.164), hidden ID (LID, digits only), or both. A LID is never returned as a number. Without a
 * number, WhatsApp has not said yet who it is.
 */
export type WhatsAppPerson = { readonly phoneNumber?: string; readonly lid?: string };

export type WhatsAppChat =
  /** The person with whom our number writes; not always the sender. */
  | { readonly kind: 'person'; readonly person: WhatsAppPerson }
  /** `groupId` ends with `@g.us`. */
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'newsletter'; readonly newsletterId: string }
  | { readonly kind: 'status' };

export type WhatsAppMessage = {
  /** Chosen by the sender's client. Only unique together with chat and sender: anyone can use an ID again. */
  readonly messageId: string;
  readonly chat: WhatsAppChat;
  readonly sender: WhatsAppPerson;
  /** The name that the sender chose. Anyone can choose any. */
  readonly pushName?: string;
  /** Whether our own number sent it, from its phone or another device. What this service sends does not appear here. */
  readonly isFromMe: boolean;
  /** The sender's clock, in whole seconds. */
  readonly sentAt: Date;
  /**
   * `live`: just now. `after_absence`: the server kept it while we were not connected. `history`: the phone's copy of an
   * old message, when a number is linked.
   */
  readonly arrival: 'live' | 'after_absence' | 'history';
  readonly isForwarded: boolean;
  /** The ID of the message that this one quotes. */
  readonly replyTo?: string;
  readonly content: MessageContent;
};

/** A message and the session that received it. */
export type SessionMessage = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly message: WhatsAppMessage;
};

/** A LID and the number (E.164) that it belongs to, as WhatsApp has reported it. */
export type LidMapping = { readonly lid: string; readonly phoneNumber: string };
