import type {
  ContactContent,
  LocationContent,
  MediaContent,
  PollContent,
  TextContent,
} from './message-content.ts';
import type { TextStyle } from './status-post.ts';

/** Names a message within its chat. */
export type MessageRef = {
  readonly messageId: string;
  readonly isFromMe: boolean;
  /** The key of its author, who matters in groups. */
  readonly authorKey?: string;
};

export const typingStates = ['composing', 'recording', 'paused'] as const;
export type TypingState = (typeof typingStates)[number];

/** What a session can send. */
export type OutgoingContent =
  | (TextContent & { readonly style?: TextStyle })
  /** A file that is on WhatsApp already. */
  | MediaContent
  | LocationContent
  | ContactContent
  | PollContent
  /** An empty `emoji` takes the reaction back. */
  | { readonly type: 'reaction'; readonly target: MessageRef; readonly emoji: string }
  | { readonly type: 'edit'; readonly target: MessageRef; readonly text: string }
  | { readonly type: 'revoke'; readonly target: MessageRef };

export type OutgoingMessage = {
  readonly content: OutgoingContent;
  /** The message that this one answers, and the text or caption that is shown of it. */
  readonly quoted?: MessageRef & {
    readonly text: string;
    readonly mediaType?: MediaContent['type'];
  };
  readonly isForwarded?: boolean;
  /** Who can see a status post, by WhatsApp's IDs. Our own phone always can. */
  readonly audience?: readonly string[];
};

/** What a session can do in a chat without sending a message. */
export type ChatAction =
  | { readonly kind: 'read'; readonly messages: readonly MessageRef[] }
  | { readonly kind: 'typing'; readonly state: TypingState }
  | { readonly kind: 'archive' | 'pin'; readonly isOn: boolean; readonly last: LastMessage }
  | { readonly kind: 'mute'; readonly until: Date | undefined; readonly last: LastMessage }
  | { readonly kind: 'mark_read'; readonly isOn: boolean; readonly last: LastMessage }
  | { readonly kind: 'block'; readonly isOn: boolean };

/** The last message of a chat, which WhatsApp wants to know when the chat is archived or marked. */
export type LastMessage = MessageRef & { readonly sentAt: Date };
