/** Timers that end together: none of them outlives the lab. */
export function createTimers() {
  const running = new Set<NodeJS.Timeout>();
  return {
    later(delayMs: number, run: () => void): void {
      const timer = setTimeout(() => {
        running.delete(timer);
        run();
      }, delayMs);
      running.add(timer);
    },
    clear(): void {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}

export type Timers = ReturnType<typeof createTimers>;
