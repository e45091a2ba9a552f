/** What one task learns of the others with its key. */
export type Flight = {
  /** How many others with the same key have run beside it so far, at least for a moment. */
  readonly othersSoFar: () => number;
  /** To be called once, when the task has ended. */
  readonly leave: () => void;
};

export type InFlight = ReturnType<typeof createInFlight>;

/** The tasks of each key that are running in this process. */
export function createInFlight() {
  const keys = new Map<string, { running: number; entered: number }>();

  function enter(key: string): Flight {
    const tasks = keys.get(key) ?? { running: 0, entered: 0 };
    keys.set(key, tasks);
    const runningBefore = tasks.running;
    tasks.running += 1;
    tasks.entered += 1;
    const enteredBefore = tasks.entered;
    return {
      othersSoFar: () => runningBefore + tasks.entered - enteredBefore,
      leave: () => {
        tasks.running -= 1;
        if (tasks.running === 0) keys.delete(key);
      },
    };
  }

  return { enter };
}
