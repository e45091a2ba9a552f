import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, toFailure } from '../lib/failure.ts';

type Options = {
  /** Asks again after so long, while the tab is looked at. */
  readonly everyMs?: number;
  /** What the question depends on; another one is asked when it changes. */
  readonly of?: readonly unknown[];
};

export type Loaded<T> = {
  readonly data: T | undefined;
  readonly failure: Failure | undefined;
  readonly reload: () => void;
};

/** Loads what a page shows. Old data stays on show while new is on its way, and when that fails. */
export function useData<T>(load: () => Promise<T>, { everyMs = 0, of = [] }: Options = {}) {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>(NOTHING);
  const newest = useRef(load);
  newest.current = load;
  const asked = useRef(0);
  const key = JSON.stringify(of);

  const reload = useCallback(() => {
    asked.current += 1;
    const turn = asked.current;
    const settle = (next: (old: Omit<Loaded<T>, 'reload'>) => Omit<Loaded<T>, 'reload'>) => {
      // A later question has been asked meanwhile: its answer counts.
      if (turn === asked.current) setState(next);
    };
    newest.current().then(
      (data) => settle(() => ({ data, failure: undefined })),
      (error: unknown) => settle(({ data }) => ({ data, failure: toFailure(error) })),
    );
  }, []);

  useEffect(() => {
    setState(NOTHING);
    reload();
    return () => {
      asked.current += 1;
    };
  }, [key, reload]);

  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);

  return { ...state, reload };
}

const NOTHING = { data: undefined, failure: undefined };
