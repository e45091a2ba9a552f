export type SessionRemovals = ReturnType<typeof createSessionRemovals>;

type Listener = (sessionId: string) => void;

/** Tells those who watch a session in this process that it was deleted. */
export function createSessionRemovals() {
  const listeners = new Set<Listener>();

  /** Calls `listener` with every session that is deleted; the returned function ends it. */
  function listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  function announce(sessionId: string): void {
    for (const listener of [...listeners]) listener(sessionId);
  }

  return { listen, announce };
}
