/**
 * Stops to wait for `promise` at the deadline, whether or not its maker heeds it. A signal may
 * outlive many promises, so nothing stays at it when this one has settled.
 * @throws what `toError` makes: the deadline's own reason unless told otherwise.
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
    if (deadline.aborted) giveUp(); // A signal tells its listeners once, and not who comes later.
  });
  return Promise.race([promise, over]).finally(stopListening);
}
