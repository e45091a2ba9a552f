import { useEffect, useState } from 'preact/hooks';
import { apiBody } from '../lib/api.ts';
import type { Session, SessionPage } from '../lib/types.ts';
import { useData } from './use-data.ts';

/** The most sessions that the API returns at once. */
const MOST_AT_ONCE = 500;

const EVERY_MS = 5000;

export type SessionList = {
  readonly items: readonly Session[];
  readonly next: string | null;
  readonly total: number;
};

/** The oldest sessions, `size` of them at first, kept up to date. `more` adds as many again. */
export function useSessionList(size: number) {
  const [count, setCount] = useState(size);
  const { data, failure, reload } = useData(() => readSessions(count), { everyMs: EVERY_MS });
  useEffect(() => {
    if (count > size) reload();
  }, [count, size, reload]);
  return { list: data, failure, reload, more: () => setCount(count + size) };
}

/** Reads the first `count` sessions. */
async function readSessions(count: number): Promise<SessionList> {
  const items: Session[] = [];
  let page: SessionPage | undefined;
  do {
    const limit = Math.min(MOST_AT_ONCE, count - items.length);
    const cursor = page?.nextCursor ?? undefined;
    page = await apiBody<SessionPage>('/api/sessions', { query: { limit, cursor } });
    items.push(...page.data);
  } while (page.nextCursor !== null && items.length < count);
  return { items, next: page.nextCursor, total: page.total };
}
