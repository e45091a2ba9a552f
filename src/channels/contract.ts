import type { z } from 'zod';
import type { DeliveryFailureReason } from '../domain/delivery/delivery.ts';
import type { Locale } from '../domain/delivery/locale.ts';

/** One code on its way to one recipient. */
export type ChannelMessage = {
  /** E.164. */
  readonly recipient: string;
  readonly code: string;
  /** The whole text, with the code in it, in the language of `locale`. */
  readonly text: string;
  readonly verificationId: string;
  /** Our name for this message, on record before it is sent. */
  readonly messageId: string;
  readonly accountId: string;
  /** The sessions that it may go through; undefined when any of the account's will do. */
  readonly sessions: readonly string[] | undefined;
  readonly locale: Locale;
  readonly companyName: string | undefined;
  /** Aborts when the time for this channel is over. */
  readonly deadline: AbortSignal;
};

type Accepted = {
  readonly messageId: string;
  readonly status: 'accepted';
  /** The session that it went through, where the channel has sessions. */
  readonly sessionId?: string;
  /** For operators, how the way was chosen: no code, no text. */
  readonly details?: string;
};

/** Later news about an accepted message. */
export type DeliveryReceipt = {
  readonly sessionId: string;
  readonly messageId: string;
  readonly status: 'delivered' | 'read';
};

/** One way of reaching a recipient. */
export type Channel = {
  /** Its name in `registry.ts`, in the API and in the database. */
  readonly name: string;

  /** A new name for a message, such as the recipient's side expects; at least 64 random bits. */
  drawMessageId(): string;

  /** Hands the message over. @throws {ChannelError} when that did not succeed. */
  send(message: ChannelMessage): Promise<Accepted>;

  /** Lets go of connections; nothing is sent afterwards. */
  close(): Promise<void>;
};

/** What the environment says; of no variables, nothing. */
type ValuesOf<Shape extends z.ZodRawShape> = keyof Shape extends never
  ? unknown
  : z.output<z.ZodObject<Shape>>;

/** What the folder of a channel exports for `registry.ts`: everything that others ask about it. */
export type ChannelDefinition<Shape extends z.ZodRawShape, Parts> = {
  /** The variables of the environment that it reads, whether or not it is switched on. */
  readonly variables: Shape;
  /** What the names of its variables begin with: mistyped ones are reported. */
  readonly prefix?: string;
  /** The variables without which it cannot work. */
  readonly required?: readonly (keyof Shape & string)[];
  /** The variables that are limits, and switched off by 0. */
  readonly limits?: readonly (keyof Shape & string)[];
  /** Whether it is switched on when nobody says which channels are. */
  readonly isOnByDefault?: boolean;
  /** Whether it shows codes to others than the recipient: production refuses it then. */
  readonly showsCodes?: boolean;
  /** How to link an account, for a channel that sends through sessions. */
  readonly linking?: string;
  /** Makes the channel, of its variables and of parts that the composition root has. */
  create(values: ValuesOf<Shape>, parts: Parts): Channel;
};

/** Types a definition; what is left out of it is undefined. */
export function defineChannel<Shape extends z.ZodRawShape, Parts>(
  definition: ChannelDefinition<Shape, Parts>,
): ChannelDefinition<Shape, Parts> {
  return definition;
}

type Doubt = { readonly mayHaveArrived?: boolean };

/** A channel did not take a message. `details` is for operators: no code, no text. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly reason: DeliveryFailureReason;
  /** Whether the recipient may get the message all the same: it was handed over, and no clear no came back. */
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

  /** Whether the same message may succeed later on this channel. */
  get retryable(): boolean {
    return this.reason === 'unavailable' || this.reason === 'timeout';
  }
}
