import type { Logger } from '../logger.ts';

type Options = {
  /** How long items wait before they are written. */
  readonly delayMs: number;
  /**
   * Writes the waiting items and keeps those that it could not write. Returns the fault, or undefined if
   * everything was written.
   */
  readonly writeWaiting: () => Promise<unknown>;
  /** What is written, for log lines, such as `usage`. */
  readonly subject: string;
  /** What dropped items are counted as, such as `requests`. */
  readonly unit: string;
  readonly logger: Logger;
};

/**
 * Writes buffered items outside of requests: after a delay, on `flush` and on `close`, one write at a time.
 */
export function createBufferedWriter(options: Options) {
  const { delayMs, writeWaiting, subject, unit, logger } = options;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isFailing = false;
  let dropped = 0;

  /** Schedules a write. */
  function schedule(): void {
    timer ??= setTimeout(() => void flush(), delayMs).unref();
  }

  /** Writes everything buffered so far. */
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

  /** Logs once when writing starts to fail, and once what was dropped when it works again. */
  function report(fault: unknown): void {
    if (fault !== undefined && !isFailing) {
      logger.error({ err: fault }, `${subject} could not be written; it is kept and retried`);
    }
    isFailing = fault !== undefined;
    if (!isFailing) reportDropped();
  }

  /** Counts items that found no room in the buffer or can never be written. */
  function countDropped(count: number): void {
    dropped += count;
  }

  function reportDropped(): void {
    if (dropped > 0) logger.error({ [unit]: dropped }, `${subject} was dropped`);
    dropped = 0;
  }

  /** Writes for the last time; `countLeft` returns how many items remain unwritten. */
  async function close(countLeft: () => number): Promise<void> {
    await flush();
    stop();
    countDropped(countLeft());
    reportDropped();
  }

  return { schedule, flush, countDropped, close };
}
