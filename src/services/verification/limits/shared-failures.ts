import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import { createRecentOutcomes } from '../../../lib/concurrency/recent-outcomes.ts';
import type { Logger } from '../../../lib/logger.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { LimiterService } from '../../limits/limiter-service.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Metrics } from '../../operations/metrics-service.ts';

type Dependencies = {
  readonly limiter: Pick<LimiterService, 'consume' | 'refund'>;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

/** `tightened`: half of a code's attempts. `refusing`: one attempt, and none by number. */
export type SharedLevel =
  | { readonly name: 'open' }
  | { readonly name: 'tightened' | 'refusing'; readonly status: RateLimitStatus };

export type SharedFailures = ReturnType<typeof createSharedFailures>;

const OUTCOMES = 200;
const SUBJECTS = 10_000;
const DOMINANT = 0.5;
/** Each subject is logged once within this time. */
const ALARM_MS = 600_000;

/**
 * Limits wrong codes by key and by end user's address. Many people share both, so a full limit must not
 * refuse all of them. Only wrong comparisons are counted. A full limit leaves half of a code's attempts.
 * While most of the latest outcomes are failures, it leaves one, and refuses attempts by number (OWASP
 * ASVS 6.1.1: "prevent malicious account lockout").
 */
export function createSharedFailures({ limiter, limits, metrics, logger }: Dependencies) {
  const outcomes = createRecentOutcomes({ size: OUTCOMES, subjects: SUBJECTS });
  for (const { name } of [limits.failuresPerKeyHour, limits.failuresPerIpHour]) {
    metrics.tightenedAttempts.inc({ limit: name }, 0);
  }
  const alarms = createRecentEntries<true>({ most: SUBJECTS, ttlMs: ALARM_MS });

  /** The limits that a wrong code of this caller counts on. */
  function hitsOf({ principal, clientIp, mode }: Caller): RateLimitHit[] {
    if (mode === 'test') return [];
    return [
      { limit: limits.failuresPerKeyHour, subject: formatPrincipal(principal) },
      ...(clientIp === undefined ? [] : [{ limit: limits.failuresPerIpHour, subject: clientIp }]),
    ];
  }

  /** How strictly to treat attempts, by the status of the caller's shared limits. */
  function levelOf(caller: Caller, watched: readonly RateLimitStatus[]): SharedLevel {
    const own = hitsOf(caller).map(({ limit }) => limit);
    const full = watched.filter(({ limit, isFull }) => isFull && own.includes(limit));
    const [first] = full;
    if (!first) return { name: 'open' };
    for (const status of full) alarm(caller, status);
    const dominated = full.find((one) => outcomes.failureRatio(keyOf(caller, one)) > DOMINANT);
    return dominated
      ? { name: 'refusing', status: dominated }
      : { name: 'tightened', status: first };
  }

  /** Records a wrong code, even if its limits are full. */
  async function recordFailure(caller: Caller): Promise<void> {
    const hits = hitsOf(caller);
    for (const hit of hits) outcomes.add(keyOf(caller, hit), true);
    await Promise.all(hits.map((hit) => limiter.consume(caller, [hit])));
  }

  /** Records a correct code. The wrong ones before it were typing errors and are refunded. */
  async function recordSuccess(caller: Caller, slips: number): Promise<void> {
    const hits = hitsOf(caller);
    for (const hit of hits) {
      outcomes.add(keyOf(caller, hit), false);
      outcomes.forgive(keyOf(caller, hit), slips);
    }
    for (let left = slips; left > 0; left -= 1) await limiter.refund(caller, hits);
  }

  function alarm(caller: Caller, { limit, subject }: RateLimitStatus): void {
    metrics.tightenedAttempts.inc({ limit: limit.name });
    const key = keyOf(caller, { limit, subject });
    if (alarms.has(key)) return;
    alarms.set(key, true);
    const { accountId } = caller;
    logger.warn(
      { accountId, limit: limit.name, subject },
      'many wrong codes; attempts are limited more strictly',
    );
  }

  return { hitsOf, levelOf, recordFailure, recordSuccess };
}

function keyOf({ accountId }: Caller, { limit, subject }: RateLimitHit): string {
  return `${accountId}|${limit.name}|${subject}`;
}
