import { DEMO_ACCOUNT_ID, type RequestOrigin } from '../../domain/access/caller.ts';
import { lastWithRoom, type RateLimitHit, type RateLimitStatus } from '../../domain/rate-limit.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { AccountStore } from '../../storage/access/account-store.ts';
import type { Counter, CounterStore } from '../../storage/limits/counter-store.ts';
import type { Settlement, Spending } from '../../storage/procedures.ts';
import type { Metrics } from '../operations/metrics-service.ts';
import {
  type Counted,
  EVERY_ACCOUNT,
  keyOf,
  toCounted,
  toKey,
  toStatuses,
} from './limit-counters.ts';
import { createSeenFull, type SeenFull } from './seen-full.ts';

export type ConsumeResult =
  | {
      readonly granted: true;
      readonly rateLimits: readonly RateLimitStatus[];
      /** The status of the limits that were read without counting. */
      readonly watched: readonly RateLimitStatus[];
      /** Whether the attempt was spent; undefined if there is none, or a watched limit is full. */
      readonly isSpent: boolean | undefined;
    }
  | {
      readonly granted: false;
      /** The full limit with the longest wait. After it, every limit of this call has room again. */
      readonly refusal: RateLimitStatus;
      readonly full: readonly RateLimitStatus[];
    };

type Dependencies = {
  readonly accounts: Pick<AccountStore, 'listIds'>;
  readonly counters: CounterStore;
  /** Called for every refusal. */
  readonly onRefusal: (origin: RequestOrigin, refusal: RateLimitStatus) => void;
  readonly metrics: Metrics;
  readonly now: Clock;
};

export type LimiterService = ReturnType<typeof createLimiterService>;

/** How many accounts a reset looks at in one step. */
const ACCOUNTS_AT_ONCE = 200;

const NEVER = Number.MAX_SAFE_INTEGER;

type Context = Dependencies & { readonly seenFull: SeenFull };

/**
 * Counts events against limits, in the database. If the database fails, it throws: an error never means
 * "no limit". See docs/adr/0003 for why this is not a library.
 */
export function createLimiterService(dependencies: Dependencies) {
  const ctx: Context = { ...dependencies, seenFull: createSeenFull() };

  /** Reads the status of the limits that have counted hits. Counts nothing. */
  async function read(
    origin: RequestOrigin,
    hits: readonly RateLimitHit[],
  ): Promise<readonly RateLimitStatus[]> {
    const consumed = await consume(ctx, origin, { hits: [], watched: hits });
    return consumed.granted ? consumed.watched : [];
  }

  return {
    /**
     * Counts all hits, or none if one of their limits is full. The limits in `watched` are read
     * without counting. If they all have room too, the attempt in `spending` is spent in the same write.
     */
    consume: (
      origin: RequestOrigin,
      hits: readonly RateLimitHit[],
      { watched = [], spending }: Partial<Omit<Asked, 'hits'>> = {},
    ): Promise<ConsumeResult> => consume(ctx, origin, { hits, watched, spending }),

    read,

    /** Whether one of `hits` would be refused now. Counts nothing. */
    isUsedUp: async (origin: RequestOrigin, hits: readonly RateLimitHit[]): Promise<boolean> =>
      (await read(origin, hits)).some(({ isFull }) => isFull),

    /** Refunds hits that `consume` counted, if the event did not happen. */
    refund: (origin: RequestOrigin, hits: readonly RateLimitHit[]): Promise<void> =>
      refund(ctx, origin, hits),

    /**
     * Runs a write that resets the counters of `cleared` and refunds those of `refunded`. It returns
     * whether it has done so.
     */
    settle: (origin: RequestOrigin, hits: SettledHits, write: SettlingWrite): Promise<boolean> =>
      settle(ctx, origin, hits, write),

    /** Resets the counters of `hits`. */
    clear: (origin: RequestOrigin, hits: readonly RateLimitHit[]): Promise<void> =>
      clear(ctx, origin, hits),

    /** Resets the counters of `hits` in all accounts. */
    clearEverywhere: (hits: readonly RateLimitHit[]): Promise<void> => clearEverywhere(ctx, hits),
  };
}

type Asked = {
  readonly hits: readonly RateLimitHit[];
  readonly watched: readonly RateLimitHit[];
  readonly spending?: Spending | undefined;
};

export type SettledHits = {
  readonly cleared: readonly RateLimitHit[];
  readonly refunded: readonly RateLimitHit[];
};

type SettlingWrite = (settlement: Settlement) => Promise<boolean>;

async function consume(
  ctx: Context,
  origin: RequestOrigin,
  { hits, watched, spending }: Asked,
): Promise<ConsumeResult> {
  const [wanted, read] = [toCounted(origin, hits), toCounted(origin, watched)];
  const at = ctx.now();
  const stillFull = findSeenFull(ctx, wanted, at);
  const addFull = ctx.seenFull.watch();
  if (stillFull.length > 0) return refuse(ctx, origin, toStatuses(wanted, stillFull, at));
  const result =
    wanted.length + read.length === 0
      ? { counters: [], full: [], watched: [], isSpent: undefined }
      : await ctx.counters.consumeAll(
          {
            hits: wanted.map(({ counter }) => counter),
            watched: read.map(({ counter }) => counter),
            spending,
          },
          at,
        );
  if (result.full.length === 0) {
    return {
      granted: true,
      rateLimits: toStatuses(wanted, result.counters, at),
      watched: toStatuses(read, result.watched, at),
      isSpent: result.isSpent,
    };
  }
  addFull(result.full);
  return refuse(ctx, origin, toStatuses(wanted, result.full, at));
}

/** The counters of `wanted` that are cached as full and have no room yet. */
function findSeenFull({ seenFull }: Context, wanted: readonly Counted[], at: Date): Counter[] {
  return wanted.flatMap(({ counter }) => {
    const seen = seenFull.get(counter.key);
    return seen && seen.resetsAt > lastWithRoom(counter, at.getTime()) ? [seen] : [];
  });
}

function refuse(
  { metrics, onRefusal }: Context,
  origin: RequestOrigin,
  full: readonly RateLimitStatus[],
): ConsumeResult {
  const refusal = full.reduce((a, b) =>
    (b.resetSeconds ?? NEVER) > (a.resetSeconds ?? NEVER) ? b : a,
  );
  metrics.limitHits.inc({ limit: refusal.limit.name });
  onRefusal(origin, refusal);
  return { granted: false, refusal, full };
}

async function refund(
  { counters, seenFull, now }: Context,
  origin: RequestOrigin,
  hits: readonly RateLimitHit[],
): Promise<void> {
  const counted = toCounted(origin, hits).map(({ counter }) => counter);
  await counters.refund(counted, now());
  seenFull.forget(counted.map(({ key }) => key));
}

async function settle(
  { seenFull }: Context,
  origin: RequestOrigin,
  { cleared, refunded }: SettledHits,
  write: SettlingWrite,
): Promise<boolean> {
  const settlement = {
    cleared: cleared.map((hit) => keyOf(origin, hit)),
    refunded: toCounted(origin, refunded).map(({ counter }) => counter),
  };
  const isSettled = await write(settlement);
  const refundedKeys = settlement.refunded.map(({ key }) => key);
  if (isSettled) seenFull.forget([...settlement.cleared, ...refundedKeys]);
  return isSettled;
}

async function clear(
  { counters, seenFull }: Context,
  origin: RequestOrigin,
  hits: readonly RateLimitHit[],
): Promise<void> {
  const keys = hits.map((one) => keyOf(origin, one));
  await counters.clear(keys);
  seenFull.forget(keys);
}

/** Computes the keys of every account, and looks them up: a search by subject would read all counters. */
async function clearEverywhere(ctx: Context, hits: readonly RateLimitHit[]): Promise<void> {
  await clearIn(ctx, [EVERY_ACCOUNT, DEMO_ACCOUNT_ID], hits);
  let after: string | undefined = '';
  while (after !== undefined) {
    const accountIds: readonly string[] = await ctx.accounts.listIds(after, ACCOUNTS_AT_ONCE);
    await clearIn(ctx, accountIds, hits);
    after = accountIds.at(-1);
  }
}

/** Resets the counters of `hits` that exist in these accounts. */
async function clearIn(
  { counters, seenFull }: Context,
  accountIds: readonly string[],
  hits: readonly RateLimitHit[],
): Promise<void> {
  const keys = accountIds.flatMap((accountId) => hits.map((hit) => toKey(accountId, hit)));
  const found = (await counters.findMany(keys)).map(({ key }) => key);
  await counters.clear(found);
  seenFull.forget(found);
}
