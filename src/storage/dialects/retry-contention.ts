import pRetry, { AbortError } from 'p-retry';
import { findFaultCode } from '../fault-reason.ts';

/**
 * Deadlock, lock wait timeout and serialization failure: the server rolled everything back. And a prepared
 * statement that the connection does not have, or cannot use after a migration: nothing was run.
 */
const CONTENTION = new Set([
  ...['40001', '40P01', '55P03', 'ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'],
  ...['26000', '42P05', '0A000'],
]);

/** Retries start within this time after the first attempt, so that callers wait at most 5 seconds. */
const RETRY_WINDOW_MS = 2500;

/**
 * Retries `task` up to three times after lock contention, and never after another error. It does not
 * retry if the task has already waited for too long.
 */
export async function retryContention<T>(task: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + RETRY_WINDOW_MS;
  try {
    return await task();
  } catch (error) {
    if (!isContention(error)) throw error;
  }
  const attempt = () =>
    task().catch((error: Error) => {
      const isRetryable = isContention(error) && performance.now() < deadline;
      throw isRetryable ? error : new AbortError(error);
    });
  return pRetry(attempt, { retries: 2, minTimeout: 20, maxTimeout: 100, randomize: true });
}

function isContention(error: unknown): boolean {
  return CONTENTION.has(findFaultCode(error) ?? '');
}
