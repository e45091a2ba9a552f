import { LRUCache } from 'lru-cache';
import { DEMO_ACCOUNT_ID, type Origin } from '../../domain/access/caller.ts';
import { type Claim, lastWithRoom, type Standing, toRate } from '../../domain/rate-limit.ts';
import { type Clock, secondsUntil } from '../../lib/time/clock.ts';
import type { Counter, CounterClaim, CounterStore } from '../../storage/limits/counter-store.ts';
import type { Metrics } from '../operations/metrics-service.ts';

export type ClaimResult =
  | {
      readonly granted: true;
      readonly standings: readonly Standing[];
      /** How the limits stood that were looked at and not counted. */
      readonly watched: readonly Standing[];
    }
  | {
      readonly granted: false;
      /** The full limit with the longest wait: after it, every limit of this call has room again. */
      readonly refusal: Standing;
      readonly full: readonly Standing[];
    };

type Dependencies = {
  readonly counters: CounterStore;
  /** Hears of every refusal. */
  readonly onRefusal: (origin: Origin, refusal: Standing) => void;
  readonly metrics: Metrics;
  readonly now: Clock;
};

export type LimiterService = ReturnType<typeof createLimiterService>;

/** In place of an account, in the counter of a limit that they share; no account has this name. */
const EVERY_ACCOUNT = '*';

const NEVER = Number.MAX_SAFE_INTEGER;

/** So long a full counter is taken as full without asking the database: a flood of refusals costs little. */
const FULL_FOR_MS = 250;
const MOST_FULL = 10_000;

/** A claim, with its counter. */
type Counted = { readonly claim: Claim; readonly counter: CounterClaim };

/**
 * Counts events against limits, in the database. A fault there is thrown: no answer is never "no limit".
 * Why not a ready-made limiter: docs/adr/0003.
 */
export function createLimiterService({ counters, onRefusal, metrics, now }: Dependencies) {
  const seenFull = new LRUCache<string, Counter>({ max: MOST_FULL, ttl: FULL_FOR_MS });

  /**
   * Counts one event on every claim, or on none when one of them is full. Reads `watched` with them
   * and counts nothing there.
   */
  async function claim(
    origin: Origin,
    claims: readonly Claim[],
    watched: readonly Claim[] = [],
  ): Promise<ClaimResult> {
    const [wanted, read] = [toCounted(origin, claims), toCounted(origin, watched)];
    const at = now();
    const stillFull = findSeenFull(wanted, at);
    if (stillFull.length > 0) return refuse(origin, toStandings(wanted, stillFull, at));
    const result =
      wanted.length + read.length === 0
        ? { counters: [], full: [], watched: [] }
        : await counters.claimAll(
            {
              claims: wanted.map(({ counter }) => counter),
              watched: read.map(({ counter }) => counter),
            },
            at,
          );
    if (result.full.length === 0) {
      return {
        granted: true,
        standings: toStandings(wanted, result.counters, at),
        watched: toStandings(read, result.watched, at),
      };
    }
    for (const counter of result.full) seenFull.set(counter.key, counter);
    return refuse(origin, toStandings(wanted, result.full, at));
  }

  /** The counters of `wanted` that were full a moment ago and have no room yet. */
  function findSeenFull(wanted: readonly Counted[], at: Date): Counter[] {
    return wanted.flatMap(({ counter }) => {
      const seen = seenFull.get(counter.key);
      return seen && seen.resetsAt > lastWithRoom(counter, at.getTime()) ? [seen] : [];
    });
  }

  function refuse(origin: Origin, full: readonly Standing[]): ClaimResult {
    const refusal = full.reduce((a, b) =>
      (b.resetSeconds ?? NEVER) > (a.resetSeconds ?? NEVER) ? b : a,
    );
    metrics.limitHits.inc({ limit: refusal.limit.name });
    onRefusal(origin, refusal);
    return { granted: false, refusal, full };
  }

  /** Takes back what `claim` counted, because the event did not happen after all. */
  async function giveBack(origin: Origin, claims: readonly Claim[]): Promise<void> {
    const counted = toCounted(origin, claims).map(({ counter }) => counter);
    await counters.giveBack(counted, now());
    for (const { key } of counted) seenFull.delete(key);
  }

  /** Forgets all that was counted on `claims`. */
  async function clear(origin: Origin, claims: readonly Claim[]): Promise<void> {
    const keys = claims.map((one) => keyOf(origin, one));
    await counters.clear(keys);
    for (const key of keys) seenFull.delete(key);
  }

  /** Forgets what was counted on `claims` in every account. */
  async function clearEverywhere(claims: readonly Claim[]): Promise<void> {
    const found = await Promise.all(
      claims.map(({ limit, subject }) => counters.findKeys(`${limit.name}|`, `|${subject}`)),
    );
    await counters.clear(found.flat());
    seenFull.clear();
  }

  /** How the limits stand that count something. Counts nothing. */
  async function read(origin: Origin, claims: readonly Claim[]): Promise<readonly Standing[]> {
    const claimed = await claim(origin, [], claims);
    return claimed.granted ? claimed.watched : [];
  }

  /** Whether one of `claims` would be refused now. Counts nothing. */
  async function isUsedUp(origin: Origin, claims: readonly Claim[]): Promise<boolean> {
    return (await read(origin, claims)).some(({ isFull }) => isFull);
  }

  return { claim, giveBack, clear, clearEverywhere, read, isUsedUp };
}

/** The claims of limits that are switched on. */
function toCounted(origin: Origin, claims: readonly Claim[]): Counted[] {
  return claims
    .filter(({ limit }) => limit.max > 0)
    .map((claim) => ({ claim, counter: toCounterClaim(origin, claim) }));
}

function toCounterClaim(origin: Origin, claim: Claim): CounterClaim {
  const { isStrict } = claim.limit;
  return { key: keyOf(origin, claim), ...toRate(claim.limit), isStrict };
}

function keyOf({ accountId }: Origin, { limit, subject }: Claim): string {
  // What is tried on /demo takes nothing from what real accounts share.
  const isShared = limit.isShared && accountId !== DEMO_ACCOUNT_ID;
  return `${limit.name}|${isShared ? EVERY_ACCOUNT : accountId}|${subject}`;
}

function toStandings(
  counted: readonly Counted[],
  found: readonly Counter[],
  at: Date,
): readonly Standing[] {
  const resetOf = new Map(found.map(({ key, resetsAt }) => [key, resetsAt]));
  return counted.flatMap((one) => {
    const resetsAt = resetOf.get(one.counter.key);
    return resetsAt === undefined ? [] : [toStanding(one, resetsAt, at)];
  });
}

function toStanding({ claim, counter }: Counted, resetsAt: number, at: Date): Standing {
  const { burst, intervalMs } = counter;
  const used = Math.min(burst, Math.max(0, Math.ceil((resetsAt - at.getTime()) / intervalMs)));
  const roomAt = new Date(resetsAt - lastWithRoom(counter, 0));
  const isFull = roomAt > at;
  const isEndless = claim.limit.windowSeconds === undefined;
  // What a clock that is some seconds ahead has counted makes nobody wait longer than the limit says.
  const longestSeconds = Math.ceil((isFull ? intervalMs : burst * intervalMs) / 1000);
  const resetSeconds = isEndless
    ? undefined
    : Math.min(longestSeconds, secondsUntil(isFull ? roomAt : new Date(resetsAt), at));
  return { ...claim, used, isFull, roomAt, resetSeconds };
}
