import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Failure, toFailure } from '../lib/failure.ts';

type Options = {
  /** The interval for loading again, while the tab is visible. */
  readonly everyMs?: number;
  /** The dependencies. The data is loaded again when they change. */
  readonly of?: readonly unknown[];
};

export type Loaded<T> = {
  readonly data: T | undefined;
  readonly failure: Failure | undefined;
  readonly reload: () => void;
};

/** Loads the data of a page. Old data stays visible while new data loads, and if that fails. */
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
      // A later request has started in the meantime, and its result counts.
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
