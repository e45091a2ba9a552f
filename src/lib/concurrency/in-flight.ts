/** What a task can find out about other tasks with the same key. */
export type Flight = {
  /** How many other tasks with the same key have overlapped with it so far. */
  readonly othersSoFar: () => number;
  /** Call this once, when the task has ended. */
  readonly leave: () => void;
};

export type InFlight = ReturnType<typeof createInFlight>;

/** Counts the running tasks of each key in this process. */
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
