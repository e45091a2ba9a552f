import { setImmediate as nextTick } from 'node:timers/promises';
import type { Link } from './link.ts';
import { type WakeUp, writeMessages } from './message.ts';

type Options = {
  readonly link: Link;
  /** The name of this node. */
  readonly from: string;
  readonly onFault: (error: unknown) => void;
};

export type Outbox = ReturnType<typeof createOutbox>;

/** What goes out on a link. Wake-ups of one tick, or of the time while the server is busy, are sent together. */
export function createOutbox({ link, from, onFault }: Options) {
  let wakeUps: WakeUp[] = [];
  let isDue = false;
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    await nextTick();
    try {
      while (isDue) {
        const messages = writeMessages({ from, wakeUps });
        wakeUps = [];
        isDue = false;
        await link.send(messages);
      }
    } catch (error) {
      onFault(error);
    } finally {
      sending = undefined;
    }
  }

  /** Sends a message, even one without wake-ups. */
  function flush(): void {
    isDue = true;
    sending ??= sendAll();
  }

  return {
    flush,
    add(wakeUp: WakeUp): void {
      wakeUps.push(wakeUp);
      flush();
    },
    /** Resolves when all is sent, or cannot be sent. */
    drain: async (): Promise<void> => sending,
  };
}
