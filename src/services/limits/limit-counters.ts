import { DEMO_ACCOUNT_ID, type RequestOrigin } from '../../domain/access/caller.ts';
import {
  lastWithRoom,
  type RateLimitHit,
  type RateLimitStatus,
  toRate,
} from '../../domain/rate-limit.ts';
import { secondsUntil } from '../../lib/time/clock.ts';
import type { Counter, CounterHit } from '../../storage/limits/counter-store.ts';

/** Replaces the account in the key of a shared limit. No account has this id. */
export const EVERY_ACCOUNT = '*';

/** A hit, with its counter. */
export type Counted = { readonly hit: RateLimitHit; readonly counter: CounterHit };

/** The hits of limits that are enabled. */
export function toCounted(origin: RequestOrigin, hits: readonly RateLimitHit[]): Counted[] {
  return hits
    .filter(({ limit }) => limit.max > 0)
    .map((hit) => ({ hit, counter: toCounterHit(origin, hit) }));
}

function toCounterHit(origin: RequestOrigin, hit: RateLimitHit): CounterHit {
  const { isStrict } = hit.limit;
  return { key: keyOf(origin, hit), ...toRate(hit.limit), isStrict };
}

/** The key of the counter of a hit. */
export function keyOf({ accountId }: RequestOrigin, { limit, subject }: RateLimitHit): string {
  // The demo account does not use the limits that real accounts share.
  const isShared = limit.isShared && accountId !== DEMO_ACCOUNT_ID;
  return toKey(isShared ? EVERY_ACCOUNT : accountId, { limit, subject });
}

/** The key of the counter that an account has for a limit and a subject. */
export function toKey(accountId: string, { limit, subject }: RateLimitHit): string {
  return `${limit.name}|${accountId}|${subject}`;
}

/** The status of each hit whose counter was found. */
export function toStatuses(
  counted: readonly Counted[],
  found: readonly Counter[],
  at: Date,
): readonly RateLimitStatus[] {
  const resetOf = new Map(found.map(({ key, resetsAt }) => [key, resetsAt]));
  return counted.flatMap((one) => {
    const resetsAt = resetOf.get(one.counter.key);
    return resetsAt === undefined ? [] : [toStatus(one, resetsAt, at)];
  });
}

function toStatus({ hit, counter }: Counted, resetsAt: number, at: Date): RateLimitStatus {
  const { burst, intervalMs, toleranceMs = 0 } = counter;
  const used = Math.min(burst, Math.max(0, Math.ceil((resetsAt - at.getTime()) / intervalMs)));
  const roomAt = new Date(resetsAt - lastWithRoom(counter, 0));
  const isFull = roomAt > at;
  const isEndless = hit.limit.windowSeconds === undefined;
  // Hits from a node whose clock is ahead must not make the wait longer than the limit allows.
  const longestMs = isFull ? intervalMs - toleranceMs : burst * intervalMs;
  const longestSeconds = Math.min(hit.limit.windowSeconds ?? Infinity, Math.ceil(longestMs / 1000));
  const resetSeconds = isEndless
    ? undefined
    : Math.min(longestSeconds, secondsUntil(isFull ? roomAt : new Date(resetsAt), at));
  return { ...hit, used, isFull, roomAt, resetSeconds };
}
