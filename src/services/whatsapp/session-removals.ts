export type SessionRemovals = ReturnType<typeof createSessionRemovals>;

type Listener = (sessionId: string) => void;

/** Notifies the watchers of a session in this process that it was deleted. */
export function createSessionRemovals() {
  const listeners = new Set<Listener>();

  /** Calls `listener` for every deleted session. Returns a function that stops it. */
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
