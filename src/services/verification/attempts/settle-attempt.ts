import type { Caller } from '../../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerificationContext } from '../context.ts';
import type { CheckTarget } from '../find-verification.ts';
import { isNumberLocked, numberLockHits } from '../limits/failure-limits.ts';
import { refundOnVerified } from '../limits/send-budget.ts';

/** An attempt, with what was counted of it. */
export type CountedAttempt = {
  readonly caller: Caller;
  readonly target: CheckTarget;
  /** The verification that the target names, whether or not it is the one that is meant. */
  readonly found: Verification | undefined;
  readonly counted: readonly RateLimitHit[];
  /** How the limits stood on which it was counted, and those that were read with them. */
  readonly rateLimits: readonly RateLimitStatus[];
  readonly watched: readonly RateLimitStatus[];
};

/**
 * `closed`: there was nothing to attempt at, or no longer. `repeated`: nor was there, but a moment ago the
 * same code was right.
 */
export type RejectedOutcome = 'invalid' | 'closed' | 'repeated';

/** What follows from a right code: it makes up for the send, and for what failed before it. */
export async function acceptAttempt(
  ctx: VerificationContext,
  attempt: CountedAttempt,
  verification: Verification,
): Promise<void> {
  const { caller, target } = attempt;
  ctx.suspects.noteProven(caller, verification.attempts);
  ctx.recentlyVerified.remember(target.ref, verification);
  await Promise.all([
    forgiveFailures(ctx, attempt, verification),
    refundOnVerified(ctx, caller, verification),
  ]);
}

/** What follows from an attempt that did not verify; it stays counted, unless it was a repetition. */
export async function rejectAttempt(
  ctx: VerificationContext,
  { caller, counted }: CountedAttempt,
  outcome: RejectedOutcome,
): Promise<void> {
  switch (outcome) {
    case 'repeated':
      // Somebody pressed twice: that is no attempt, and must not bring the number nearer to its lock.
      await ctx.limiter.refund(caller, locksOf(ctx, counted));
      return;
    case 'invalid':
      ctx.suspects.noteUnproven(caller);
      await ctx.sharedFailures.recordFailure(caller);
      return;
    case 'closed':
      // Compared with nothing, it cannot have been right: it says nothing about others with this key.
      ctx.suspects.noteUnproven(caller);
  }
}

/**
 * A right code ends the failures in a row, the cooldown, and, when it came by its handle, the lock
 * of the number. It is used up by now: a fault here may cost a count, never the answer.
 */
async function forgiveFailures(
  { limits, limiter, sharedFailures, logger }: VerificationContext,
  { caller, counted, watched }: CountedAttempt,
  { phoneNumber, purpose, attempts }: Verification,
): Promise<void> {
  const inARow: readonly RateLimitHit['limit'][] = [
    limits.failuresInARow,
    limits.failuresInARowById,
  ];
  const locked = isNumberLocked(limits, watched)
    ? numberLockHits(limits, phoneNumber)
    : watched.filter(({ limit, used }) => used > 0 && inARow.includes(limit));
  const cooldown = { limit: limits.cooldown, subject: `${phoneNumber}|${purpose}` };
  const ended = [...counted.filter(({ limit }) => inARow.includes(limit)), ...locked, cooldown];
  const others = counted.filter(({ limit }) => !inARow.includes(limit));
  await Promise.all([
    limiter.clear(caller, ended),
    limiter.refund(caller, others),
    sharedFailures.recordSuccess(caller, attempts),
  ]).catch((err: unknown) => logger.error({ err }, 'a correct code stays counted as a failure'));
}

/** The counts that lead to a lock. */
function locksOf(
  { limits }: VerificationContext,
  counted: readonly RateLimitHit[],
): readonly RateLimitHit[] {
  return counted.filter(({ limit }) => limit !== limits.recentAttempts);
}
