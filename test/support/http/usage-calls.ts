import { createUsageStore, type Usage } from '../../../src/storage/analytics/usage-store.ts';
import type { Answer } from './client.ts';
import type { Harness } from './harness.ts';

type Entry = Readonly<Record<string, unknown>>;

const NOON = new Date('2026-03-01T12:00:00.000Z');

export function hoursLater(hours: number): Date {
  return new Date(NOON.getTime() + hours * 3_600_000);
}

/** What somebody with a key did in the hour after noon. */
const USAGE: Usage = {
  hour: NOON,
  accountId: 'default',
  principal: 'key:first-key',
  method: 'POST',
  route: '/api/otp/send',
  statusCode: 200,
  requests: 4,
  durationSum: 10,
  durationMax: 6,
};

/** The page that an answer of `GET /api/usage` holds. @throws when it holds none. */
export function readUsagePage({ status, body, raw }: Answer) {
  if (status !== 200) throw new Error(`usage was answered ${status}: ${raw}`);
  const page = body.data as {
    readonly items: readonly Entry[];
    readonly nextCursor: string | null;
    readonly totals: Entry | null;
    readonly groups: readonly Entry[] | null;
    readonly groupsLeftOut: number;
  };
  return { ...page, raw };
}

/** What tests of `GET /api/usage` do again and again. */
export function createUsageCalls(h: Harness) {
  const ask = async (query = '') => readUsagePage(await h.client.get(`/api/usage${query}`));

  return {
    ask,
    /** Forgets what was counted until now. */
    async clear() {
      await h.usage.flush();
      await h.database.statements.change('DELETE FROM "api_usage"', []);
    },
    /** Adds rows like `USAGE`, one after the other, so that the newest is known. */
    async addInTurn(...all: readonly Partial<Usage>[]) {
      const usages = createUsageStore(h.database);
      for (const usage of all) await usages.add({ ...USAGE, ...usage }, NOON);
    },
    /** What was called until now, as `method route status: requests`, in the order of the text. */
    async readCalls() {
      await h.usage.flush();
      const { items } = await ask();
      return items
        .map(({ method, route, status, requests }) => `${method} ${route} ${status}: ${requests}`)
        .sort();
    },
  };
}

export type UsageCalls = ReturnType<typeof createUsageCalls>;
