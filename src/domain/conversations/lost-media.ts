/** A file that is gone from WhatsApp, and the message that describes it. The own phone may upload it again. */
export type LostMedia = {
  readonly messageId: string;
  /** The key of the chat: see `toChatKey`. */
  readonly chatKey: string;
  /** The key of the author, who matters in groups and status posts. */
  readonly authorKey: string;
  readonly isFromMe: boolean;
  /** Base64, from the message. */
  readonly mediaKey: string;
};

/** `found`: the phone has uploaded it again. `missing`: it does not have it either. `no_answer`: it is not online. */
export type Reupload =
  | { readonly outcome: 'found'; readonly directPath: string }
  | { readonly outcome: 'missing' | 'no_answer' };
