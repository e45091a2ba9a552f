import { DEMO_ACCOUNT_ID, type Origin } from '../../domain/caller.ts';
import type { Claim, Limit, Standing } from '../../domain/limit.ts';
import { type Clock, secondsUntil } from '../../lib/clock.ts';
import type { CounterStore } from '../../storage/counter-store.ts';
import type { Metrics } from '../metrics/metrics-service.ts';

export type ClaimResult =
  | { readonly granted: true; readonly standings: readonly Standing[] }
  | { readonly granted: false; readonly refusal: Standing };

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

/**
 * Counts events against limits, in the database. A fault there is thrown: no answer is never "no limit".
 * Why not a ready-made limiter: docs/adr/0003.
 */
export function createLimiterService({ counters, onRefusal, metrics, now }: Dependencies) {
  /** Counts one event on every claim, or on none when one of them is used up. */
  async function claim(origin: Origin, claims: readonly Claim[]): Promise<ClaimResult> {
    const counted = claims.filter(({ limit }) => limit.max > 0);
    if (counted.length === 0) return { granted: true, standings: [] };
    const at = now();
    const limitOf = new Map(counted.map((one) => [keyOf(origin, one), one]));
    const wanted = [...limitOf].map(([key, { limit }]) => ({
      key,
      max: limit.max,
      resetsAt:
        limit.windowSeconds === undefined ? NEVER : at.getTime() + limit.windowSeconds * 1000,
    }));
    const result = await counters.claimAll(wanted, at);
    const standings = [...result.counters, ...result.full].flatMap(({ key, points, resetsAt }) => {
      const one = limitOf.get(key);
      return one
        ? [{ ...one, used: points, resetSeconds: remaining(resetsAt, { limit: one.limit, at }) }]
        : [];
    });
    if (result.full.length === 0) return { granted: true, standings };
    // The longest wait: after it, every limit of this call has room again.
    const refusal = standings.reduce((a, b) =>
      (b.resetSeconds ?? NEVER) > (a.resetSeconds ?? NEVER) ? b : a,
    );
    metrics.limitHits.inc({ limit: refusal.limit.name });
    onRefusal(origin, refusal);
    return { granted: false, refusal };
  }

  /** Takes back what `claim` counted, because the event did not happen after all. */
  async function giveBack(origin: Origin, claims: readonly Claim[]): Promise<void> {
    const counted = claims.filter(({ limit }) => limit.max > 0);
    await counters.giveBack(
      counted.map((one) => keyOf(origin, one)),
      now(),
    );
  }

  /** Forgets all that was counted on `claims`. */
  function clear(origin: Origin, claims: readonly Claim[]): Promise<void> {
    return counters.clear(claims.map((one) => keyOf(origin, one)));
  }

  /** Forgets what was counted on `claims` in every account. */
  async function clearEverywhere(claims: readonly Claim[]): Promise<void> {
    const found = await Promise.all(
      claims.map(({ limit, subject }) => counters.findKeys(`${limit.name}|`, `|${subject}`)),
    );
    await counters.clear(found.flat());
  }

  /** Whether one of `claims` would be refused now. Counts nothing. */
  async function isUsedUp(origin: Origin, claims: readonly Claim[]): Promise<boolean> {
    const limitOf = new Map(claims.map((one) => [keyOf(origin, one), one.limit]));
    const found = await counters.find([...limitOf.keys()]);
    const at = now().getTime();
    return found.some(({ key, points, resetsAt }) => {
      const max = limitOf.get(key)?.max ?? 0;
      return max > 0 && points >= max && resetsAt > at;
    });
  }

  return { claim, giveBack, clear, clearEverywhere, isUsedUp };
}

function keyOf({ accountId }: Origin, { limit, subject }: Claim): string {
  // What is tried on /demo takes nothing from what real accounts share.
  const isShared = limit.isShared && accountId !== DEMO_ACCOUNT_ID;
  return `${limit.name}|${isShared ? EVERY_ACCOUNT : accountId}|${subject}`;
}

/** Never more than the window: another caller's may have begun after `at` was read. */
function remaining(
  resetsAt: number,
  { limit, at }: { limit: Limit; at: Date },
): number | undefined {
  if (limit.windowSeconds === undefined) return undefined;
  return Math.min(limit.windowSeconds, secondsUntil(new Date(resetsAt), at));
}
