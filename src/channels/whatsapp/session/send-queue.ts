import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import { toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import { ChannelError } from '../../contract.ts';
import type { Socket } from '../protocol/socket.ts';
import { NotSentError } from '../sending/not-sent-error.ts';

/** A text on its way, under the name that it keeps however often it is sent. */
export type Outgoing = {
  /** E.164. */
  readonly recipient: string;
  /** Where WhatsApp has told one that is not made of the number's digits. */
  readonly whatsAppId?: string | undefined;
  readonly text: string;
  readonly messageId: string;
  /** A first message to this person: nobody else new is written to until the server has answered. */
  readonly isNewContact: boolean;
  readonly deadline: AbortSignal;
  /** Asked right before the message is written. @throws when it must not be any more. */
  readonly assertMayGo: () => void;
};

type Options = {
  /** Resolves with the open connection, or throws a ChannelError when none is to be had by `deadline`. */
  readonly whenOpen: (deadline: AbortSignal) => Promise<Socket>;
  /** The least time between two messages of this number. */
  readonly spacingMs: number;
  /** How long the server may take to acknowledge a message before it is sent once more. */
  readonly ackMs: number;
};

/** `DisconnectReason.connectionClosed` of Baileys. */
const CONNECTION_CLOSED = 428;

/** What became of a message that was handed to the connection. */
type Answer =
  | { readonly kind: 'taken' | 'line_lost' | 'silence' }
  | { readonly kind: 'refused'; readonly errorCode: string }
  | { readonly kind: 'not_written'; readonly why: string };

/** How many messages may wait for one number; whoever comes then goes to the next channel at once. */
const LONGEST_QUEUE = 200;

/** A message is sent, and after silence or a broken connection once more under the same id, out of turn. */
const FIRST_TRY = 0;
const SECOND_TRY = 1;

const SILENCE: Answer = { kind: 'silence' };

/**
 * The one queue of a number. A socket sends strictly one message after another, so waiting here
 * costs nothing and can be seen and ended.
 */
export function createSendQueue({ whenOpen, spacingMs, ackMs }: Options) {
  const queue = new PQueue({ concurrency: 1 });
  const queuedAt = new Map<symbol, number>();
  const listeners = new Map<string, (answer: Answer) => void>();
  /** The messages that the present connection has and nobody has answered yet. */
  const onLine = new Set<string>();
  let nextAt = 0;

  /**
   * Sends a text; resolves when the server has taken it.
   * @throws {ChannelError} `refused` with the server's code, `timeout` when nobody answered in time,
   * `unavailable` when nothing was sent.
   */
  async function send(message: Outgoing): Promise<void> {
    if (isTaken(await sendOnce(message, FIRST_TRY).catch(toChannelError))) return;
    // It may be on its way already, so from here on no other way may be tried as if it were not.
    const second = await sendOnce(message, SECOND_TRY).catch(() => SILENCE);
    if (second.kind !== 'not_written' && isTaken(second)) return;
    throw new ChannelError('timeout', 'WhatsApp acknowledged neither of two tries');
  }

  async function sendOnce(message: Outgoing, priority: number): Promise<Answer> {
    const { messageId, deadline } = message;
    let known: Answer | undefined;
    const news = new Promise<Answer>((resolve) =>
      listeners.set(messageId, (answer) => {
        known = answer;
        resolve(answer);
      }),
    );
    /** The time for an answer begins when the message is on the connection. */
    const awaitAnswer = () =>
      Promise.race([news, pause(ackMs, SILENCE, { signal: deadline, ref: false })]);
    try {
      const answer = await inTurn({ deadline, priority }, async (socket) => {
        // What the first try brought may come while the second one waits.
        if (known) return known;
        message.assertMayGo();
        onLine.add(messageId);
        keepDistance();
        const first = await Promise.race([write(socket, message), news]);
        keepDistance(); // Finding the way to a new contact took time before anything was written.
        // Nobody else new is written to before the server has said what it thinks of this one.
        return first ?? (message.isNewContact ? await awaitAnswer() : undefined);
      });
      return answer ?? (await awaitAnswer());
    } finally {
      listeners.delete(messageId);
      onLine.delete(messageId);
    }
  }

  /** Undefined: the connection has it, which says nothing about its arrival. */
  async function write(
    socket: Socket,
    { recipient, whatsAppId = toWhatsAppId(recipient), text, messageId }: Outgoing,
  ): Promise<Answer | undefined> {
    try {
      await socket.send(whatsAppId, text, messageId);
      return undefined;
    } catch (error) {
      const { message, output } = error as Error & { output?: { statusCode?: number } };
      const isLineLost = output?.statusCode === CONNECTION_CLOSED;
      return isLineLost ? { kind: 'line_lost' } : { kind: 'not_written', why: message };
    }
  }

  async function inTurn<T>(
    { deadline, priority }: { readonly deadline: AbortSignal; readonly priority: number },
    task: (socket: Socket) => Promise<T>,
  ): Promise<T> {
    if (queuedAt.size >= LONGEST_QUEUE) {
      throw new NotSentError('too many messages wait for this number');
    }
    deadline.throwIfAborted();
    const place = Symbol();
    queuedAt.set(place, performance.now());
    const turn = async () => {
      deadline.throwIfAborted();
      const wait = nextAt - performance.now();
      if (wait > 0) await pause(wait, undefined, { signal: deadline });
      return task(await whenOpen(deadline));
    };
    try {
      // The queue itself does not hear of the deadline: nothing stops a write that has begun, and
      // what went to the connection behind it would go out whenever it ends.
      return await orDeadline(queue.add(turn, { priority }), deadline);
    } finally {
      queuedAt.delete(place);
    }
  }

  /** The next message may go when the spacing is over, counted from now. */
  function keepDistance(): void {
    nextAt = performance.now() + spacingMs;
  }

  function tell(messageId: string, answer: Answer): void {
    listeners.get(messageId)?.(answer);
  }

  return {
    send,
    /** The server took a message, or its recipient acknowledged it, or the server refused it. */
    answered(messageId: string, errorCode?: string) {
      tell(messageId, errorCode === undefined ? { kind: 'taken' } : { kind: 'refused', errorCode });
    },
    /** The connection broke: what was on it unacknowledged is sent again; what waits goes over the next one. */
    onDisconnect() {
      for (const messageId of onLine) tell(messageId, { kind: 'line_lost' });
    },
    report() {
      const [oldest] = queuedAt.values();
      const oldestSeconds = oldest === undefined ? 0 : (performance.now() - oldest) / 1000;
      return { waiting: queuedAt.size, oldestSeconds };
    },
  };
}

/** Whether the server has the message; false when nobody knows. @throws when it has not. */
function isTaken(answer: Answer): boolean {
  if (answer.kind === 'refused') throw new RefusedError(answer.errorCode);
  if (answer.kind === 'not_written') throw new NotSentError(answer.why);
  return answer.kind === 'taken';
}

/** The deadline ended what waited: the caller is told so in the channel's own words. */
export function toChannelError(error: unknown): never {
  if (error instanceof ChannelError) throw error;
  throw new ChannelError('timeout', 'the time was over before WhatsApp took the message', {
    cause: error,
  });
}

/** The server answered a message with an error code. It is never sent again. */
export class RefusedError extends ChannelError {
  readonly errorCode: string;

  constructor(errorCode: string) {
    super(
      Number(errorCode) >= 500 ? 'unavailable' : 'refused',
      `WhatsApp refused it (${errorCode})`,
    );
    this.errorCode = errorCode;
  }
}
