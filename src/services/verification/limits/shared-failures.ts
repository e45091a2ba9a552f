import { LRUCache } from 'lru-cache';
import { type Caller, formatPrincipal } from '../../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import { createRecentOutcomes } from '../../../lib/concurrency/recent-outcomes.ts';
import type { Logger } from '../../../lib/logger.ts';
import type { LimiterService } from '../../limits/limiter-service.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Metrics } from '../../operations/metrics-service.ts';

type Dependencies = {
  readonly limiter: Pick<LimiterService, 'consume' | 'refund'>;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

/** `tightened`: half of the attempts of a code. `refusing`: one, and no attempt by number. */
export type SharedLevel =
  | { readonly name: 'open' }
  | { readonly name: 'tightened' | 'refusing'; readonly status: RateLimitStatus };

export type SharedFailures = ReturnType<typeof createSharedFailures>;

const OUTCOMES = 200;
const SUBJECTS = 10_000;
const DOMINANT = 0.5;
/** One line in the log for each subject in so long. */
const ALARM_MS = 600_000;

/**
 * Wrong codes that came with one key, or from one end user's address. Many people share both, so no
 * such limit refuses everybody: it is counted after a wrong comparison only, a full one leaves half of
 * the attempts of a code, and only while most of the latest outcomes are failures it leaves one, and
 * refuses attempts by number (OWASP ASVS 6.1.1: "prevent malicious account lockout").
 */
export function createSharedFailures({ limiter, limits, metrics, logger }: Dependencies) {
  const outcomes = createRecentOutcomes({ size: OUTCOMES, subjects: SUBJECTS });
  const alarms = new LRUCache<string, true>({ max: SUBJECTS, ttl: ALARM_MS });

  /** What a wrong code of this caller counts against. */
  function hitsOf({ principal, clientIp, mode }: Caller): RateLimitHit[] {
    if (mode === 'test') return [];
    return [
      { limit: limits.failuresPerKeyHour, subject: formatPrincipal(principal) },
      ...(clientIp === undefined ? [] : [{ limit: limits.failuresPerIpHour, subject: clientIp }]),
    ];
  }

  /** How strictly attempts are to be treated, by how the caller's shared limits stand. */
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

  /** Notes a wrong code; it is counted also beyond the limit. */
  async function recordFailure(caller: Caller): Promise<void> {
    const hits = hitsOf(caller);
    for (const hit of hits) outcomes.add(keyOf(caller, hit), true);
    await Promise.all(hits.map((hit) => limiter.consume(caller, [hit])));
  }

  /** Notes a right code. The wrong ones before it were slips of the same person, and count no more. */
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
      'many wrong codes: limits are tightened',
    );
  }

  return { hitsOf, levelOf, recordFailure, recordSuccess };
}

function keyOf({ accountId }: Caller, { limit, subject }: RateLimitHit): string {
  return `${accountId}|${limit.name}|${subject}`;
}
