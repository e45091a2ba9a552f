import type { z } from 'zod';
import type { DeliveryFailureReason } from '../domain/delivery/delivery.ts';
import type { Locale } from '../domain/delivery/locale.ts';

/** A message with a code for one recipient. */
export type ChannelMessage = {
  /** E.164. */
  readonly recipient: string;
  readonly code: string;
  /** The complete text, including the code, in the language of `locale`. */
  readonly text: string;
  readonly verificationId: string;
  /** Our ID of the message. It is stored before the message is sent. */
  readonly messageId: string;
  readonly accountId: string;
  /** The sessions that may send it; undefined means any session of the account. */
  readonly sessions: readonly string[] | undefined;
  readonly locale: Locale;
  readonly companyName: string | undefined;
  /** Aborts when this channel's time is up. */
  readonly deadline: AbortSignal;
};

type Accepted = {
  readonly messageId: string;
  readonly status: 'accepted';
  /** The session that sent it, if the channel has sessions. */
  readonly sessionId?: string;
  /** How the session was chosen, for operators. Never contains the code or the text. */
  readonly details?: string;
};

/** A later report about an accepted message. */
export type DeliveryReceipt = {
  readonly sessionId: string;
  readonly messageId: string;
  readonly status: 'delivered' | 'read';
};

/** One way to reach a recipient. */
export type Channel = {
  /** The name in `registry.ts`, in the API and in the database. */
  readonly name: string;

  /** Returns a new message ID in the format that the provider expects, with at least 64 random bits. */
  drawMessageId(): string;

  /** Sends the message. @throws {ChannelError} when the message was not accepted. */
  send(message: ChannelMessage): Promise<Accepted>;

  /** Closes all connections. Nothing is sent afterwards. */
  close(): Promise<void>;
};

/** The values of a channel's variables; `unknown` if it has none. */
type ValuesOf<Shape extends z.ZodRawShape> = keyof Shape extends never
  ? unknown
  : z.output<z.ZodObject<Shape>>;

/** What the folder of a channel exports for `registry.ts`: everything the rest of the program needs to know. */
export type ChannelDefinition<Shape extends z.ZodRawShape, Parts> = {
  /** Its environment variables. They are read whether or not the channel is enabled. */
  readonly variables: Shape;
  /** The prefix of its variables' names, used to report mistyped ones. */
  readonly prefix?: string;
  /** The variables that must be set when it is enabled. */
  readonly required?: readonly (keyof Shape & string)[];
  /** The variables that are limits, which 0 turns off. */
  readonly limits?: readonly (keyof Shape & string)[];
  /** Whether it is enabled when `OTP_CHANNELS` is not set. */
  readonly isOnByDefault?: boolean;
  /** Whether others than the recipient can see its codes. Production refuses such a channel. */
  readonly showsCodes?: boolean;
  /** Whether it reports when messages are delivered and read. */
  readonly reportsDelivery?: boolean;
  /** How to link an account, if the channel sends through sessions. */
  readonly linking?: string;
  /** Creates the channel from its variables and from parts that the composition root provides. */
  create(values: ValuesOf<Shape>, parts: Parts): Channel;
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
