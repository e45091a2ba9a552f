type Options = {
  /** How many tasks run at the same time. */
  readonly most: number;
};

export type BackgroundTasks = ReturnType<typeof createBackgroundTasks>;

/** Runs tasks for which no caller waits, so that a stop can wait for them. */
export function createBackgroundTasks({ most }: Options) {
  const running = new Set<Promise<void>>();

  /** Starts a task, which must not fail; false if too many are running. */
  function start(task: () => Promise<void>): boolean {
    if (running.size >= most) return false;
    const run = task().finally(() => running.delete(run));
    running.add(run);
    return true;
  }

  /** Waits until no task is running. */
  async function finish(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return { start, finish };
}
