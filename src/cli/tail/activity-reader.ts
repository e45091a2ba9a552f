import { createRecentEntries } from '../../lib/recent-entries.ts';
import { callService, type ServiceApi } from '../service-api.ts';

/** Parameters of `GET /api/analytics/logs/activity`. */
export type Filter = Readonly<
  Record<'accountId' | 'sessionId' | 'action' | 'status', string | undefined>
>;

type Activity = Record<string, unknown>;

type Page = { readonly items: readonly Activity[]; readonly nextCursor: string | null };

type Read =
  | { readonly outcome: 'done'; readonly activities: readonly Activity[] }
  | { readonly outcome: 'unreachable'; readonly reason: string };

const PAGE = 100;

/** More new entries than on these pages, between two reads, are left out. */
const MOST_PAGES = 10;

/** How many entries are remembered as read. */
const REMEMBERED = 10_000;

/**
 * Reads the entries of the activity log that it has not returned yet, oldest first. Entries may appear late and out of
 * order, because each node writes its own every second: they are recognised by their ID.
 */
export function createActivityReader(api: ServiceApi, filter: Filter) {
  const seen = createRecentEntries<true>({ most: REMEMBERED });

  async function readPage(limit: number, cursor: string | null) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
    for (const [name, value] of Object.entries(filter)) {
      if (value !== undefined) query.set(name, value);
    }
    const answer = await callService(api, { path: `/api/analytics/logs/activity?${query}` });
    if (answer.outcome !== 'refused') return answer;
    // A service behind a proxy is away for a moment while it restarts.
    if (answer.status >= 500) return { outcome: 'unreachable' as const, reason: answer.problem };
    throw new Error(`The service answered ${answer.status}: ${answer.problem}`);
  }

  function takeNew({ items }: Page): Activity[] {
    const isNew = items.filter(({ id }) => !seen.has(String(id)));
    for (const { id } of items) seen.set(String(id), true);
    return isNew;
  }

  return {
    /** Reads the last `count` entries, from 0 to 500. @throws if the service cannot be reached, or refuses the key. */
    async readFirst(count: number): Promise<readonly Activity[]> {
      const answer = await readPage(Math.max(count, PAGE), null);
      if (answer.outcome === 'unreachable') throw new Error(answer.reason);
      return takeNew(answer.data as Page)
        .slice(0, count)
        .reverse();
    },

    /** Reads what is new. @throws if the service refuses the key. */
    async readNew(): Promise<Read> {
      const found: Activity[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const answer = await readPage(PAGE, cursor);
        if (answer.outcome === 'unreachable') return answer;
        const page = answer.data as Page;
        const added = takeNew(page);
        found.push(...added);
        cursor = page.nextCursor;
        if (added.length < PAGE || cursor === null) break;
      }
      return { outcome: 'done', activities: found.reverse() };
    },
  };
}
