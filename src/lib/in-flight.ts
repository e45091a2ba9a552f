/** How many tasks of each key are running in this process. */
export function createInFlight() {
  const running = new Map<string, number>();

  function count(key: string): number {
    return running.get(key) ?? 0;
  }

  /** Counts a task; call what it returns once, when the task has ended. */
  function enter(key: string): () => void {
    running.set(key, count(key) + 1);
    return () => {
      const left = count(key) - 1;
      if (left > 0) running.set(key, left);
      else running.delete(key);
    };
  }

  return { count, enter };
}
