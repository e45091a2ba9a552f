import type { z } from 'zod';
import type { DeliveryFailureReason } from '../domain/delivery/delivery.ts';
import type { Locale } from '../domain/delivery/locale.ts';

/** A message with a code for one recipient. */
export type ChannelMessage = {
  /** The address that this channel reaches: a phone number (E.164), or an email address. */
  readonly recipient: string;
  readonly code: string;
  /** The complete text, including the code. */
  readonly text: string;
  readonly verificationId: string;
  /** Our ID of the message. It is stored before the message is sent. */
  readonly messageId: string;
  readonly accountId: string;
  /** The sessions that may send it; undefined means any session of the account. */
  readonly sessions: readonly string[] | undefined;
  /** The language that was asked for, or that of the recipient's region. `text` is in it if there is such a text. */
  readonly locale: Locale;
  readonly companyName: string | undefined;
  /** How long the code is still valid, in seconds. */
  readonly ttlSeconds: number;
  /** Aborts when this channel's time is up. */
  readonly deadline: AbortSignal;
  /** How long that is from the call of `send`. */
  readonly milliseconds: number;
};

type Accepted = {
  readonly messageId: string;
  readonly status: 'accepted';
  /** The provider's ID of the message, if its receipts do not name ours. At most 128 characters. */
  readonly providerMessageId?: string;
  /** The session that sent it, if the channel has sessions. */
  readonly sessionId?: string;
  /** How the session was chosen, for operators. Never contains the code or the text. */
  readonly details?: string;
};

/** What a later report about an accepted message says. */
export type DeliveryNews =
  | { readonly status: 'delivered' | 'read' }
  | {
      readonly status: 'failed';
      readonly reason: DeliveryFailureReason;
      /** For operators. Never contains the code or the text. */
      readonly details: string;
    };

/** A report of a session about a message that it sent. */
export type DeliveryReceipt = {
  readonly sessionId: string;
  readonly messageId: string;
  readonly status: 'delivered' | 'read';
};

/** A report of a provider. It names the message by our ID, or by the `providerMessageId` that `send` returned. */
export type ProviderReceipt = DeliveryNews &
  ({ readonly messageId: string } | { readonly providerMessageId: string });

/** A request of a provider to the callback URL of a channel. */
export type CallbackRequest = {
  readonly method: 'GET' | 'POST';
  /** The URL that the provider called, as it was given to the provider: with `PUBLIC_URL` and the query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, byte for byte as it arrived, for signatures. */
  readonly body: Buffer;
  readonly now: Date;
};

/** A text that a person wrote to the number of a channel, as the provider reports it. */
export type ReceivedText = {
  /** The provider's ID. The same message may be reported several times. */
  readonly messageId: string;
  /** E.164; undefined if the provider does not reveal the number. */
  readonly sender: string | undefined;
  readonly text: string;
  /** By the clock of the provider. */
  readonly sentAt: Date;
  readonly isForwarded: boolean;
};

export type CallbackResponse = {
  readonly receipts: readonly ProviderReceipt[];
  /** What people wrote; only from a channel with an `inbox`. */
  readonly messages?: readonly ReceivedText[];
  /** What the provider wants as the body of the 200 response; by default, it is empty. */
  readonly text?: string;
};

/** A callback is not from the provider, or cannot be read. `message` is for the log and contains no secret. */
export class CallbackRefusedError extends Error {
  override readonly name = 'CallbackRefusedError';
}

/** The text with which a person is answered. */
export type ReplyText = {
  /** E.164. */
  readonly recipient: string;
  readonly text: string;
  readonly deadline: AbortSignal;
};

/** The number of a channel to which people can write. */
export type ChannelInbox = {
  /** E.164. */
  readonly phoneNumber: string;

  /** Answers a person who has just written. @throws {ChannelError} when the text was not accepted. */
  reply(message: ReplyText): Promise<void>;
};

/** One way to reach a recipient. */
export type Channel = {
  /** The name in `OTP_CHANNELS`, in the API and in the database. */
  readonly name: string;

  /** Returns a new message ID in the format that the provider expects, with at least 64 random bits. */
  drawMessageId(): string;

  /** Sends the message. @throws {ChannelError} when the message was not accepted. */
  send(message: ChannelMessage): Promise<Accepted>;

  /**
   * Reads a request to the callback URL of this channel, after checking its signature if the provider signs. The same
   * report may arrive several times, in any order, and before `send` has returned.
   * @throws {CallbackRefusedError}
   */
  readCallback?(request: CallbackRequest): Promise<CallbackResponse>;

  /** Where people can write to; what they write arrives in `readCallback`. */
  readonly inbox?: ChannelInbox;

  /** The largest body of such a request; 256 KiB by default. */
  readonly mostCallbackBytes?: number;

  /** Closes all connections. Nothing is sent afterwards. */
  close(): Promise<void>;
};

/** What the composition root gives every channel that it creates, besides the parts of single channels. */
export type CommonParts = {
  /** The name of the channel in the API and in the database. */
  readonly name: string;
  /** Where the provider reports on messages; undefined if `PUBLIC_URL` is not set. */
  readonly callbackUrl: string | undefined;
};

/** The values of a channel's variables; `unknown` if it has none. */
type ValuesOf<Shape extends z.ZodRawShape> = keyof Shape extends never
  ? unknown
  : z.output<z.ZodObject<Shape>>;

/** A variable and what is wrong with its value. The message does not repeat the value. */
export type SettingFault = readonly [variable: string, message: string];

/** What the folder of a channel exports for `registry.ts`: everything the rest of the program needs to know. */
export type ChannelDefinition<Shape extends z.ZodRawShape, Parts> = {
  /** Its environment variables. They are read whether or not the channel is enabled. */
  readonly variables: Shape;
  /** The prefix of its variables' names, used to report mistyped ones. */
  readonly prefix?: string;
  /** The variables that must be set when it is enabled. */
  readonly required?: readonly (keyof Shape & string)[];
  /** Finds faults that only several variables together show. Values that are faulty themselves are missing. */
  findFaults?(values: Partial<ValuesOf<Shape>>): readonly SettingFault[];
  /** The variables that are limits, which 0 turns off. */
  readonly limits?: readonly (keyof Shape & string)[];
  /** The variable with the number to which people can write. Their messages arrive below `PUBLIC_URL`. */
  readonly inboxNumber?: keyof Shape & string;
  /** Whether it is enabled when `OTP_CHANNELS` is not set. */
  readonly isOnByDefault?: boolean;
  /** Whether others than the recipient can see its codes. Production refuses such a channel. */
  readonly showsCodes?: boolean;
  /** Whether it reports when messages are delivered. */
  readonly reportsDelivery?: boolean;
  /** What the recipient's address is; by default, a phone number. */
  readonly reaches?: 'email';
  /** Whether the provider sends a message with the same ID only once, so that an unclear send can be repeated. */
  readonly deduplicates?: boolean;
  /** How to link an account, if the channel sends through sessions. */
  readonly linking?: string;
  /** Creates the channel from its variables and from parts that the composition root provides. */
  create(values: ValuesOf<Shape>, parts: CommonParts & Parts): Channel;
};

/** Infers the types of a definition. */
export function defineChannel<Shape extends z.ZodRawShape, Parts>(
  definition: ChannelDefinition<Shape, Parts>,
): ChannelDefinition<Shape, Parts> {
  return definition;
}

type Doubt = { readonly mayHaveArrived?: boolean };

/** A channel did not accept a message. `details` is for operators and never contains the code or the text. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly reason: DeliveryFailureReason;
  /** Whether the recipient may still get the message: it was handed over and not clearly refused. */
  readonly mayHaveArrived: boolean;

  constructor(
    reason: DeliveryFailureReason,
    details: string,
    { cause, mayHaveArrived = reason === 'timeout' }: ErrorOptions & Doubt = {},
  ) {
    super(details, { cause });
    this.reason = reason;
    this.mayHaveArrived = mayHaveArrived;
  }

  /** Whether this channel may accept the same message later. */
  get retryable(): boolean {
    return this.reason === 'unavailable' || this.reason === 'timeout';
  }
}
