/** What is needed to fetch a file from WhatsApp and to decrypt it. The values are Base64, but for the path. */
export type MediaKeys = {
  readonly mediaKey: string;
  readonly directPath: string;
  /** SHA-256 of the encrypted file. */
  readonly encSha256: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
};

/** A file of a message. Everything in it is what the sender's client states, and is not checked. */
export type MediaContent = {
  readonly type: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly fileName?: string;
  readonly caption?: string;
  /** The duration of audio and video. */
  readonly seconds?: number;
  /** Whether an audio message was recorded in the chat. */
  readonly isVoice?: boolean;
  readonly keys: MediaKeys;
};

export type TextContent = { readonly type: 'text'; readonly text: string };

export type LocationContent = {
  readonly type: 'location';
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
};

export type ContactContent = {
  readonly type: 'contact';
  readonly contacts: readonly { readonly name: string; readonly vcard: string }[];
};

export type PollContent = {
  readonly type: 'poll';
  readonly question: string;
  readonly options: readonly string[];
  /** How many options one person may choose; 0 for any number. */
  readonly mostChoices: number;
};

/** A button or a row of a list that a person has chosen. */
type ReplyContent = {
  readonly type: 'button_reply' | 'list_reply';
  readonly replyId: string;
  readonly text: string;
};

/** What can be read in a chat. */
export type ShownContent =
  | TextContent
  | MediaContent
  | LocationContent
  | ContactContent
  | PollContent
  | ReplyContent
  /** A kind that this version does not read. */
  | { readonly type: 'unsupported' }
  /** It could not be decrypted yet. It may follow with the same ID. */
  | { readonly type: 'undecrypted' };

/** What changes another message of the same chat. Nothing proves that its sender may do so: see `messageId`. */
export type ChangingContent =
  | {
      readonly type: 'reaction';
      readonly messageId: string;
      /** Whether the message is one of our own. */
      readonly isToFromMe: boolean;
      /** Empty if the reaction was taken back. */
      readonly emoji: string;
    }
  | { readonly type: 'edit'; readonly messageId: string; readonly content: ShownContent }
  | { readonly type: 'revoke'; readonly messageId: string };

export type MessageContent = ShownContent | ChangingContent;
