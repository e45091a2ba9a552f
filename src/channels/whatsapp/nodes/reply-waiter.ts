import type { NodeParts } from './interfaces.ts';
import { pollMs } from './poll-interval.ts';
import { createWakers } from './wakers.ts';

/** A command whose reply is awaited. The times are those of `performance.now()`. */
type Waiting = {
  readonly commandId: string;
  /** A command that no one has taken by then is withdrawn. */
  readonly takeBy: number;
  readonly endsAt: number;
  readonly deadline: AbortSignal | undefined;
};

type Outcome =
  | { readonly kind: 'reply'; readonly sealed: string }
  | { readonly kind: 'not_taken' | 'timeout' };

/** Waits for the replies to commands: until the bus wakes it, or else by reading the database at short intervals. */
export function createReplyWaiter({ commands, bus, logger }: NodeParts) {
  const wakers = createWakers();
  const close = bus.subscribe('reply', wakers.wake);

  /** Resolves when there is a reply, when no one takes the command, and when the time is up. */
  async function wait(waiting: Waiting): Promise<Outcome> {
    const sealed = await untilReply(waiting, waiting.takeBy);
    if (sealed !== undefined) return { kind: 'reply', sealed };
    if (await withdraw(waiting.commandId)) return { kind: 'not_taken' };
    const late = await untilReply(waiting, waiting.endsAt);
    return late === undefined ? { kind: 'timeout' } : { kind: 'reply', sealed: late };
  }

  async function untilReply(
    { commandId, deadline }: Waiting,
    until: number,
  ): Promise<string | undefined> {
    do {
      const milliseconds = Math.min(pollMs(bus), until - performance.now());
      await wakers.next(commandId, milliseconds, deadline);
      const sealed = await findReply(commandId);
      if (sealed !== undefined) return sealed;
    } while (performance.now() < until && deadline?.aborted !== true);
    return undefined;
  }

  /** The owner may have run the command: a database that does not respond must not be taken for a refusal. */
  async function findReply(commandId: string): Promise<string | undefined> {
    return commands.findReply(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not look for the reply of another node');
      return undefined;
    });
  }

  async function withdraw(commandId: string): Promise<boolean> {
    return commands.withdraw(commandId).catch((err: unknown) => {
      logger.warn({ err }, 'could not withdraw a command');
      return false;
    });
  }

  return {
    /** From now on, no wake-up for the reply is missed. */
    expect: wakers.add,
    wait,
    forget: wakers.remove,
    close,
  };
}
