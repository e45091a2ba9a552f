import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import { ASKED_TOO_OFTEN } from '../../../domain/conversations/account/session-action.ts';
import type { OutgoingMessage } from '../../../domain/conversations/outgoing.ts';
import { toWhatsAppId } from '../../../domain/whatsapp/whatsapp-number.ts';
import { orDeadline } from '../../../lib/concurrency/deadline.ts';
import { ChannelError } from '../../contract.ts';
import { GroupRefusal } from '../protocol/groups/group-cache.ts';
import type { Socket } from '../protocol/socket.ts';
import { NotSentError } from '../sending/not-sent-error.ts';

/** A text to send, with the message ID that all tries use. */
export type Outgoing = {
  /** E.164. */
  readonly recipient: string;
  /** The ID that WhatsApp returned, if it does not consist of the number's digits. */
  readonly whatsAppId?: string | undefined;
  readonly text: string;
  /** What to send instead of a text. */
  readonly message?: OutgoingMessage;
  readonly messageId: string;
  /** Whether this is a new contact. The queue then waits for the server's answer. */
  readonly isNewContact: boolean;
  /** Whether it goes before others that wait: a code, while a conversation can wait. */
  readonly isUrgent: boolean;
  /** Whether it goes after all others that wait, because no one has asked for it. */
  readonly canWait?: boolean | undefined;
  readonly deadline: AbortSignal;
  /** Called right before the message is written. @throws when it must no longer be sent. */
  readonly assertMayGo: () => void;
};

type Options = {
  /** Resolves with the open connection. @throws {ChannelError} when there is none by `deadline`. */
  readonly whenOpen: (deadline: AbortSignal) => Promise<Socket>;
  /** The minimum time between two messages of this number. */
  readonly spacingMs: number;
  /** How long the server may take to acknowledge a message before it is sent again. */
  readonly ackMs: number;
};

/** `DisconnectReason.connectionClosed` of Baileys. */
const CONNECTION_CLOSED = 428;

/** The result of a message that was passed to the connection. */
type Answer =
  | { readonly kind: 'taken' | 'line_lost' | 'silence' }
  | { readonly kind: 'refused'; readonly errorCode: string }
  | { readonly kind: 'not_written'; readonly why: string };

/** How many messages may wait for one number. Further ones go to the next channel at once. */
const LONGEST_QUEUE = 200;

/** After silence or a broken connection, a message is sent a second time with the same ID, before all waiting ones. */
const LAST_FIRST_TRY = -1;
const FIRST_TRY = 0;
const URGENT_FIRST_TRY = 1;
const SECOND_TRY = 2;

/** How often a queue that is left is checked for messages without an answer. */
const IDLE_CHECK_MS = 20;

const SILENCE: Answer = { kind: 'silence' };

/**
 * The send queue of a number. A socket sends one message after another anyway, so waiting here costs
 * nothing, is visible and can be cancelled.
 */
export function createSendQueue({ whenOpen, spacingMs, ackMs }: Options) {
  const queue = new PQueue({ concurrency: 1 });
  const queuedAt = new Map<symbol, number>();
  const listeners = new Map<string, (answer: Answer) => void>();
  /** The messages on the current connection that have no answer yet. */
  const onLine = new Set<string>();
  let nextAt = 0;
  let isLeaving = false;

  /**
   * Sends a text. Resolves when the server has accepted it.
   * @throws {ChannelError} `refused` with the server's code, `timeout` without an answer in time,
   * `unavailable` when nothing was sent.
   */
  async function send(message: Outgoing): Promise<void> {
    const first = priorityOf(message);
    if (isTaken(await sendOnce(message, first).catch(toChannelError))) return;
    // The message may be on its way, so a failure must no longer be reported as not sent.
    const second = await sendOnce(message, SECOND_TRY).catch(() => SILENCE);
    if (second.kind !== 'not_written' && isTaken(second)) return;
    throw new ChannelError('timeout', 'WhatsApp did not acknowledge the message after two tries');
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
    /** The timeout starts when the message is on the connection. */
    const awaitAnswer = () =>
      Promise.race([news, pause(ackMs, SILENCE, { signal: deadline, ref: false })]);
    try {
      const answer = await inTurn({ deadline, priority }, async (socket) => {
        // The answer to the first try may arrive while the second one waits.
        if (known) return known;
        message.assertMayGo();
        onLine.add(messageId);
        keepDistance();
        const first = await Promise.race([write(socket, message), news]);
        keepDistance(); // Again, because setting up encryption for a new contact takes time.
        // The queue waits for the server's answer about a new contact.
        return first ?? (message.isNewContact ? await awaitAnswer() : undefined);
      });
      return answer ?? (await awaitAnswer());
    } finally {
      listeners.delete(messageId);
      onLine.delete(messageId);
    }
  }

  /** Undefined means that the connection has the message. It may not have arrived yet. */
  async function write(
    socket: Socket,
    {
      recipient,
      whatsAppId = toWhatsAppId(recipient),
      text,
      message: content,
      messageId,
    }: Outgoing,
  ): Promise<Answer | undefined> {
    try {
      if (content) await socket.sendMessage(whatsAppId, content, messageId);
      else await socket.send(whatsAppId, text, messageId);
      return undefined;
    } catch (error) {
      if (isRefusal(error)) return { kind: 'refused', errorCode: String(error.errorCode) };
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
      throw new NotSentError('too many messages are waiting for this number');
    }
    deadline.throwIfAborted();
    const place = Symbol();
    queuedAt.set(place, performance.now());
    let hasBegun = false;
    const turn = async () => {
      deadline.throwIfAborted();
      const wait = nextAt - performance.now();
      if (wait > 0) await pause(wait, undefined, { signal: deadline });
      if (isLeaving && priority !== SECOND_TRY) throw new NotSentError('another node takes over');
      const socket = await whenOpen(deadline);
      deadline.throwIfAborted();
      hasBegun = true;
      return task(socket);
    };
    try {
      // The queue itself ignores the deadline. A write that has begun cannot be stopped, and the next
      // message must wait for its end.
      return await orDeadline(queue.add(turn, { priority }), deadline);
    } catch (error) {
      if (hasBegun || error instanceof ChannelError || error instanceof NotSentError) throw error;
      throw new NotSentError('the message waited too long for its turn');
    } finally {
      queuedAt.delete(place);
    }
  }

  /** The next message may be sent after the spacing, counted from now. */
  function keepDistance(): void {
    nextAt = performance.now() + spacingMs;
  }

  function isIdle(): boolean {
    return queuedAt.size === 0 && listeners.size === 0;
  }

  function tell(messageId: string, answer: Answer): void {
    listeners.get(messageId)?.(answer);
  }

  return {
    send,
    /** Reports that the server or the recipient acknowledged a message, or that the server refused it. */
    answered(messageId: string, errorCode?: string) {
      tell(messageId, errorCode === undefined ? { kind: 'taken' } : { kind: 'refused', errorCode });
    },
    /** Handles a broken connection: unacknowledged messages are sent again, waiting ones on the next one. */
    onDisconnect() {
      for (const messageId of onLine) tell(messageId, { kind: 'line_lost' });
    },
    /** Sends nothing new: waiting messages fail as not sent. Resolves when all others have an answer. */
    async leave(): Promise<void> {
      isLeaving = true;
      while (!isIdle()) await pause(IDLE_CHECK_MS);
    },
    isIdle,
    report() {
      const [oldest] = queuedAt.values();
      const oldestSeconds = oldest === undefined ? 0 : (performance.now() - oldest) / 1000;
      return { waiting: queuedAt.size, oldestSeconds };
    },
  };
}

/** Whether the session may not write to a group. That it has asked too often is no reason not to try again later. */
function isRefusal(error: unknown): error is GroupRefusal {
  return error instanceof GroupRefusal && error.errorCode !== ASKED_TOO_OFTEN;
}

function priorityOf({ isUrgent, canWait }: Outgoing): number {
  if (isUrgent) return URGENT_FIRST_TRY;
  return canWait ? LAST_FIRST_TRY : FIRST_TRY;
}

/** Whether the server has the message; false if that is unknown. @throws when it does not. */
function isTaken(answer: Answer): boolean {
  if (answer.kind === 'refused') throw new RefusedError(answer.errorCode);
  if (answer.kind === 'not_written') throw new NotSentError(answer.why);
  return answer.kind === 'taken';
}

/** Converts the error of an expired deadline to a `ChannelError`. */
export function toChannelError(error: unknown): never {
  if (error instanceof ChannelError) throw error;
  throw new ChannelError('timeout', 'WhatsApp did not accept the message in time', {
    cause: error,
  });
}

/** The server refused a message with an error code. It is never sent again. */
export class RefusedError extends ChannelError {
  readonly errorCode: string;

  constructor(errorCode: string) {
    super(
      Number(errorCode) >= 500 ? 'unavailable' : 'refused',
      `WhatsApp refused the message (${errorCode})`,
    );
    this.errorCode = errorCode;
  }
}
