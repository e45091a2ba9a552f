/**
 * Stops waiting for `promise` at the deadline, even if the task behind it ignores the signal. A signal may
 * outlive many promises, so the listener is removed when this one settles.
 * @throws the result of `toError`, by default the reason of the signal.
 */
export function orDeadline<T>(
  promise: Promise<T>,
  deadline: AbortSignal,
  toError: () => unknown = () => deadline.reason,
): Promise<T> {
  let stopListening = () => {};
  const over = new Promise<never>((_, reject) => {
    const giveUp = () => reject(toError());
    deadline.addEventListener('abort', giveUp);
    stopListening = () => deadline.removeEventListener('abort', giveUp);
    if (deadline.aborted) giveUp(); // An aborted signal does not call new listeners.
  });
  return Promise.race([promise, over]).finally(stopListening);
}

/** A signal that is aborted after a time, unless it is cleared before. */
export type Deadline = { readonly signal: AbortSignal; clear(): void };

/** Like `AbortSignal.timeout`, which keeps its timer until it fires, however short the task was. */
export function createDeadline(milliseconds: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('The operation timed out', 'TimeoutError'));
  }, milliseconds);
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
