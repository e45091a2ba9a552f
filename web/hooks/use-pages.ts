import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../lib/api.ts';
import { type Failure, toFailure } from '../lib/failure.ts';
import type { Page } from '../lib/types.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

type Options<T> = {
  readonly path: string;
  readonly query: Query;
  readonly idOf: (item: T) => string;
  /** The interval for loading newer entries; 0 means never. */
  readonly everyMs: number;
};

type List<T> = {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly isLoaded: boolean;
};

const NOTHING = { items: [], next: null, isLoaded: false };

/** A list, newest first. Newer entries are loaded automatically, older ones on request. */
export function usePages<T>({ path, query, idOf, everyMs }: Options<T>) {
  const [list, setList] = useState<List<T>>(NOTHING);
  const [failure, setFailure] = useState<Failure>();
  const key = JSON.stringify([path, query]);
  const current = useRef({ key, path, query, idOf });
  current.current = { key, path, query, idOf };

  /** Loads a page, and discards it if another list is shown by then. */
  const ask = useCallback(async (cursor: string | undefined, take: Take<T>) => {
    const { key: asked, path: from, query: filters, idOf: id } = current.current;
    try {
      const page = await api<Page<T>>(from, { query: { limit: 50, ...filters, cursor } });
      if (asked !== current.current.key) return;
      setFailure(undefined);
      setList((list) => take(list, page, id));
    } catch (error) {
      if (asked === current.current.key) setFailure(toFailure(error));
    }
  }, []);

  useEffect(() => {
    setList(NOTHING);
    setFailure(undefined);
    void ask(undefined, mergeHead);
  }, [key, ask]);

  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void ask(undefined, mergeHead);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, ask]);

  return {
    ...list,
    failure,
    reload: () => void ask(undefined, mergeHead),
    more: () => void ask(list.next ?? undefined, append),
  };
}

type Take<T> = (list: List<T>, page: Page<T>, idOf: (item: T) => string) => List<T>;

/** Adds new entries in front and updates existing ones. A page without overlap replaces the list. */
function mergeHead<T>(list: List<T>, page: Page<T>, idOf: (item: T) => string): List<T> {
  const fresh = new Map(page.items.map((item) => [idOf(item), item]));
  const rest = list.items.filter((item) => !fresh.has(idOf(item)));
  const hasGap = rest.length === list.items.length;
  if (hasGap) return { items: page.items, next: page.nextCursor, isLoaded: true };
  return { items: [...page.items, ...rest], next: list.next, isLoaded: true };
}

function append<T>(list: List<T>, page: Page<T>, idOf: (item: T) => string): List<T> {
  const known = new Set(list.items.map(idOf));
  const items = [...list.items, ...page.items.filter((item) => !known.has(idOf(item)))];
  return { items, next: page.nextCursor, isLoaded: true };
}
