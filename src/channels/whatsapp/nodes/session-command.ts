import type {
  Answer,
  SessionActionName,
} from '../../../domain/conversations/account/session-action.ts';
import type { LostMedia, Reupload } from '../../../domain/conversations/lost-media.ts';
import type { MediaConnection } from '../../../domain/conversations/media-connection.ts';
import type { ChatAction } from '../../../domain/conversations/outgoing.ts';
import type { DeliveryFailureReason } from '../../../domain/delivery/delivery.ts';
import type { SessionSnapshot } from '../../../domain/whatsapp/session.ts';
import { ChannelError } from '../../contract.ts';
import type { ChatMessage, SentMessage, SessionHost } from '../../session-contract.ts';
import { NotSentError } from '../sending/not-sent-error.ts';

/** Only says that it was done. */
type Done = Awaited<ReturnType<SessionHost['restart']>>;

/** What the node is asked to do that hosts a session, and what it replies. */
export type SessionCommands = {
  /** Sends a code; replies with the reason why that was permitted. */
  send_code: {
    readonly asks: {
      readonly recipient: string;
      readonly text: string;
      readonly messageId: string;
    };
    readonly replies: string;
  };
  send_text: {
    readonly asks: { readonly recipient: string; readonly text: string };
    readonly replies: SentMessage;
  };
  /** Sends a message of a conversation. */
  send_message: {
    readonly asks: Pick<ChatMessage, 'recipient' | 'message' | 'messageId'>;
    readonly replies: SentMessage;
  };
  act_in_chat: {
    readonly asks: { readonly recipient: string; readonly action: ChatAction };
    readonly replies: Done;
  };
  /** Does something with the account, such as its groups. */
  perform: {
    readonly asks: { readonly name: SessionActionName; readonly asks: unknown };
    readonly replies: Answer<unknown>;
  };
  read_snapshot: { readonly asks: null; readonly replies: SessionSnapshot | undefined };
  start_linking: { readonly asks: null; readonly replies: Done };
  request_pairing_code: {
    readonly asks: { readonly digits: string };
    readonly replies: { readonly code: string; readonly expiresAt: Date };
  };
  request_reupload: { readonly asks: LostMedia; readonly replies: Reupload };
  connect_media: {
    readonly asks: { readonly isFresh: boolean };
    readonly replies: MediaConnection;
  };
  restart: { readonly asks: null; readonly replies: Done };
  stop: { readonly asks: null; readonly replies: Done };
  apply_settings: { readonly asks: null; readonly replies: Done };
  remove: { readonly asks: null; readonly replies: Done };
  /** Starts to keep a session whose lease was passed on to the node. */
  take_over: { readonly asks: { readonly accountId: string }; readonly replies: Done };
};

export type CommandName = keyof SessionCommands;

/** What a command asks, and how many milliseconds are left for it. */
export type Asked<Name extends CommandName> = {
  readonly asks: SessionCommands[Name]['asks'];
  readonly milliseconds: number;
};

type Reply =
  | { readonly result: unknown }
  | {
      readonly failure: {
        readonly reason: DeliveryFailureReason;
        readonly message: string;
        readonly mayHaveArrived: boolean;
        /** Whether another session may try. */
        readonly isNotSent: boolean;
      };
    };

/** The JSON of a result. Times are revived by `readReply`. */
export function writeResult(result: unknown): string {
  return JSON.stringify({ result } satisfies Reply);
}

/** The JSON of a failure that the caller throws again. */
export function writeFailure(error: ChannelError): string {
  const { reason, message, mayHaveArrived } = error;
  const isNotSent = error instanceof NotSentError;
  return JSON.stringify({
    failure: { reason, message, mayHaveArrived, isNotSent },
  } satisfies Reply);
}

/** Reads a reply. @throws {ChannelError} the failure that it tells. */
export function readReply<Name extends CommandName>(
  json: string,
): SessionCommands[Name]['replies'] {
  const reply = JSON.parse(json, reviveTime) as Reply;
  if ('failure' in reply) throw toError(reply.failure);
  return reply.result as SessionCommands[Name]['replies'];
}

function toError({
  reason,
  message,
  mayHaveArrived,
  isNotSent,
}: Extract<Reply, { failure: unknown }>['failure']): ChannelError {
  return isNotSent
    ? new NotSentError(message)
    : new ChannelError(reason, message, { mayHaveArrived });
}

/** All times of snapshots and messages have a name that ends with `At`. */
function reviveTime(name: string, value: unknown): unknown {
  return name.endsWith('At') && typeof value === 'string' ? new Date(value) : value;
}
