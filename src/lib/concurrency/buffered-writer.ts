import type { Logger } from '../logger.ts';

type Options = {
  /** How long something waits before it is written. */
  readonly delayMs: number;
  /**
   * Writes what waits, and keeps what it could not write for the next time; returns the fault then, and
   * undefined when everything is written.
   */
  readonly writeWaiting: () => Promise<unknown>;
  /** What is written, as log lines name it, such as `usage`. */
  readonly subject: string;
  /** What is counted when it is lost, such as `requests`. */
  readonly unit: string;
  readonly logger: Logger;
};

/**
 * Writes what waits in memory, so that no request has to: after a delay, when it is told to, and on
 * closing; one write at a time.
 */
export function createBufferedWriter(options: Options) {
  const { delayMs, writeWaiting, subject, unit, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isFailing = false;
  let lost = 0;

  /** Has it written before long. */
  function schedule(): void {
    timer ??= setTimeout(() => void flush(), delayMs).unref();
  }

  /** Writes what has been waiting until now. */
  async function flush(): Promise<void> {
    await writing;
    writing ??= write().finally(() => {
      writing = undefined;
    });
    await writing;
  }

  async function write(): Promise<void> {
    stop();
    report(await writeWaiting());
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** One line when writing begins to fail, and one for what was lost when it is over. */
  function report(fault: unknown): void {
    if (fault !== undefined && !isFailing) {
      logger.error({ err: fault }, `${subject} is not written; it is kept for later`);
    }
    isFailing = fault !== undefined;
    if (!isFailing) reportLost();
  }

  /** Notes that there was no room for something, or that it can never be written. */
  function countDropped(count: number): void {
    lost += count;
  }

  function reportLost(): void {
    if (lost > 0) logger.error({ [unit]: lost }, `${subject} is lost`);
    lost = 0;
  }

  /** Writes for the last time; `countLeft` tells how much could not be written. */
  async function close(countLeft: () => number): Promise<void> {
    await flush();
    stop();
    countDropped(countLeft());
    reportLost();
  }

  return { schedule, flush, countDropped, close };
}
