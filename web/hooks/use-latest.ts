import { useEffect, useState } from 'preact/hooks';
import { api } from '../lib/api.ts';
import type { Page } from '../lib/types.ts';
import { useData } from './use-data.ts';

/** The most entries that the API returns at once. */
const MOST_AT_ONCE = 500;

const SIZE = 50;

type Query = Readonly<Record<string, string>>;

/**
 * The newest entries of a list whose entries change and disappear: all that are shown are read again
 * every time. `more` adds as many again.
 */
export function useLatest<T>(path: string, { query = {}, everyMs = 0 }: Options = {}) {
  const [count, setCount] = useState(SIZE);
  const of = [path, query];
  const { data, failure, reload } = useData(() => readLatest<T>(path, query, count), {
    ...{ everyMs, of },
  });
  const key = JSON.stringify(of);
  useEffect(() => setCount(SIZE), [key]);
  useEffect(() => {
    if (count > SIZE) reload();
  }, [count, reload]);
  return { list: data, failure, reload, more: () => setCount(count + SIZE) };
}

type Options = { readonly query?: Query; readonly everyMs?: number };

async function readLatest<T>(path: string, query: Query, count: number): Promise<Page<T>> {
  const items: T[] = [];
  let nextCursor: string | null = null;
  do {
    const limit = Math.min(MOST_AT_ONCE, count - items.length);
    const cursor: string | undefined = nextCursor ?? undefined;
    const page: Page<T> = await api<Page<T>>(path, { query: { ...query, limit, cursor } });
    items.push(...page.items);
    nextCursor = page.nextCursor;
  } while (nextCursor !== null && items.length < count);
  return { items, nextCursor };
}
