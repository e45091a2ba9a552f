import type { VerificationContext } from '../context.ts';
import type { SharedLevel } from '../limits/shared-failures.ts';
import type { CountedAttempt, RejectedOutcome } from './settle-attempt.ts';

/**
 * The maximum number of attempts at a code, by the level of the caller's shared limits. Half of them still
 * allow a second try after a typing error.
 */
export function mostAttemptsAt(level: SharedLevel['name'], maxAttempts: number): number {
  if (level === 'open') return maxAttempts;
  return level === 'tightened' ? Math.ceil(maxAttempts / 2) : 1;
}

/**
 * The number of attempts that are left. For attempts by number it follows from the recent attempts alone,
 * which are counted with or without a live code: it must not reveal that one was just requested.
 */
export function countAttemptsLeft(
  { limits, policy }: VerificationContext,
  { target, found, rateLimits }: CountedAttempt,
  { outcome, most }: { readonly outcome: RejectedOutcome; readonly most: number },
): number {
  const recentAttempts = rateLimits.find(({ limit }) => limit === limits.recentAttempts)?.used ?? 0;
  if ('scope' in target.ref) {
    return Math.max(0, Math.min(policy.maxAttempts, most) - recentAttempts);
  }
  const { attempts, maxAttempts } = found ?? { attempts: 0, maxAttempts: policy.maxAttempts };
  const used = outcome === 'invalid' ? attempts + 1 : attempts + recentAttempts;
  return Math.max(0, Math.min(maxAttempts, most) - used);
}
