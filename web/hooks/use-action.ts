import { useState } from 'preact/hooks';
import { type Failure, toFailure } from '../lib/failure.ts';

/** Runs a user's action, one at a time, and provides its failure. */
export function useAction<T, A extends readonly unknown[]>(
  act: (...args: A) => Promise<T>,
  onDone: (result: T) => void = () => {},
) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [result, setResult] = useState<T>();

  function run(...args: A): void {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    setResult(undefined);
    act(...args)
      .then(
        (done) => {
          setResult(done);
          onDone(done);
        },
        (error: unknown) => setFailure(toFailure(error)),
      )
      .finally(() => setBusy(false));
  }

  return { run, isBusy, failure, result };
}
