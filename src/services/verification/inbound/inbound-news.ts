import { createHash } from 'node:crypto';
import type { Bus } from '../../../bus/contract.ts';

export type InboundNews = ReturnType<typeof createInboundNews>;

/** How often a watched verification is read anyway, because a wake-up may be lost. */
const POLL_WITH_BUS_MS = 5000;
const POLL_WITHOUT_BUS_MS = 1000;

/**
 * Wakes those who wait for a message, on whichever node they are. The bus gets a digest: the ID of a verification is for
 * the application that requested it.
 */
export function createInboundNews(bus: Bus) {
  const listeners = new Map<string, Set<() => void>>();
  const stop = bus.subscribe('verification', (name) => {
    for (const wake of listeners.get(name) ?? []) wake();
  });

  return {
    /** Tells all nodes that a verification has changed. */
    publish: (verificationId: string): void => bus.publish('verification', nameOf(verificationId)),

    /** Calls `wake` after each change, and from time to time. The returned function stops it. */
    listen(verificationId: string, wake: () => void): () => void {
      const name = nameOf(verificationId);
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(wake));
      const everyMs = bus.isConnected() ? POLL_WITH_BUS_MS : POLL_WITHOUT_BUS_MS;
      const timer = setInterval(wake, everyMs).unref();
      return () => {
        clearInterval(timer);
        all.delete(wake);
        if (all.size === 0) listeners.delete(name);
      };
    },

    close: stop,
  };
}

function nameOf(verificationId: string): string {
  return createHash('sha256').update(verificationId).digest('base64url');
}
