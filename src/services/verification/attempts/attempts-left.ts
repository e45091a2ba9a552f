import type { VerificationContext } from '../context.ts';
import type { SharedLevel } from '../limits/shared-failures.ts';
import type { CountedAttempt, RejectedOutcome } from './settle-attempt.ts';

/**
 * How many attempts a code has at most, by how the caller's shared limits stand. Half of them leave a
 * person who mistyped once a second try.
 */
export function mostAttemptsAt(level: SharedLevel['name'], maxAttempts: number): number {
  if (level === 'open') return maxAttempts;
  return level === 'tightened' ? Math.ceil(maxAttempts / 2) : 1;
}

/**
 * The attempts that are left. By number they follow from the attempts of late alone, which are
 * counted whether or not a code lives: the figure must not tell that its owner has just asked for one.
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
