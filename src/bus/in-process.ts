import type { Logger } from '../lib/logger.ts';
import { type Bus, LONGEST_ID, TOPICS, type Topic } from './contract.ts';

type Options = {
  /** Whether no other process uses the database, so that there is no other node to wake. */
  readonly isOnlyNode: boolean;
  readonly logger: Logger;
};

/** A registration: one function may be registered several times. */
type Subscription = { readonly listener: (id: string) => void };

/** A bus without a connection: it only wakes the listeners of this process. */
export function createInProcessBus({ isOnlyNode, logger }: Options): Bus {
  const subscriptions = new Map(TOPICS.map((topic) => [topic, new Set<Subscription>()]));
  let isClosed = false;

  function wake(topic: Topic, id: string): void {
    for (const { listener } of subscriptions.get(topic) ?? []) {
      try {
        listener(id);
      } catch (err) {
        logger.error({ err, topic }, 'a listener of the bus failed');
      }
    }
  }

  return {
    publish(topic, id) {
      if (id.length > LONGEST_ID) {
        logger.error({ topic, length: id.length }, 'an ID is too long for the bus');
        return;
      }
      queueMicrotask(() => wake(topic, id));
    },

    subscribe(topic, listener) {
      const subscription = { listener };
      if (!isClosed) subscriptions.get(topic)?.add(subscription);
      return () => void subscriptions.get(topic)?.delete(subscription);
    },

    isConnected: () => isOnlyNode && !isClosed,

    async close() {
      isClosed = true;
      for (const listeners of subscriptions.values()) listeners.clear();
    },
  };
}
