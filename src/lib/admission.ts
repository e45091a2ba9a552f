import pLimit from 'p-limit';

/** A place in the queue: run one task with it, then leave. */
export type Ticket = {
  run<T>(task: () => Promise<T>): Promise<T>;
  leave(): void;
};

/** Lets `concurrency` tasks run and `queueLimit` wait; whoever comes then is turned away at once. */
export function createAdmission({
  concurrency,
  queueLimit,
}: {
  readonly concurrency: number;
  readonly queueLimit: number;
}) {
  const limit = pLimit(concurrency);
  let admitted = 0;

  /** Takes a place before any work is done for the caller; `undefined` when all are taken. */
  function enter(): Ticket | undefined {
    if (admitted >= concurrency + queueLimit) return undefined;
    admitted += 1;
    return {
      run: (task) => limit(task),
      leave: () => {
        admitted -= 1;
      },
    };
  }

  return { enter, waiting: () => limit.pendingCount, running: () => limit.activeCount };
}

export type Admission = ReturnType<typeof createAdmission>;
