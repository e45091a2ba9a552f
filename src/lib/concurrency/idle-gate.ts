/** Lets background work wait until no tracked task runs or waits. */
export function createIdleGate() {
  let inProgress = 0;
  const waiting = new Set<() => void>();

  /** Runs a task that background work waits for. */
  async function track<T>(task: () => Promise<T>): Promise<T> {
    inProgress += 1;
    try {
      return await task();
    } finally {
      inProgress -= 1;
      if (inProgress === 0) for (const resolve of waiting) resolve();
    }
  }

  /** Resolves as soon as no tracked task is in progress, and after `mostMs` milliseconds in any case. */
  function untilIdle(mostMs: number): Promise<void> {
    if (inProgress === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, mostMs);
      waiting.add(end);
    });
  }

  return { track, untilIdle };
}
