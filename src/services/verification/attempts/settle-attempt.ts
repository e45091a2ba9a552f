import type { Caller } from '../../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { SettledHits } from '../../limits/limiter-service.ts';
import type { VerificationContext } from '../context.ts';
import type { CheckTarget } from '../find-verification.ts';
import { isNumberLocked, numberLockHits } from '../limits/failure-limits.ts';
import { refundsOnVerified } from '../limits/send-budget.ts';

/** An attempt and its hits. */
export type CountedAttempt = {
  readonly caller: Caller;
  readonly target: CheckTarget;
  /** The verification that `ref` names, even if it does not match the rest of the target. */
  readonly found: Verification | undefined;
  readonly counted: readonly RateLimitHit[];
  /** The status of the limits that it was counted on, and of those that were only read. */
  readonly rateLimits: readonly RateLimitStatus[];
  readonly watched: readonly RateLimitStatus[];
};

/**
 * `closed`: there was no live code. `repeated`: there was none either, but the same code was verified a
 * moment ago.
 */
export type RejectedOutcome = 'invalid' | 'closed' | 'repeated';

/**
 * Uses up a verification whose code is correct; false if another caller was first, or it has expired. In the
 * same write, its send is refunded, and so are the failures before it.
 */
export async function acceptAttempt(
  ctx: VerificationContext,
  attempt: CountedAttempt,
  verification: Verification,
  at: Date,
): Promise<boolean> {
  const { caller, target } = attempt;
  // Before the write, so that a repetition at the same moment is recognised.
  ctx.recentlyVerified.remember(target.ref, verification);
  const hits = await settledHits(ctx, attempt, verification);
  const isFirst = await ctx.limiter.settle(caller, hits, (settlement) =>
    ctx.verifications.markVerified(verification.id, at, settlement),
  );
  if (!isFirst) return false;
  ctx.suspects.noteProven(caller, verification.attempts);
  await ctx.sharedFailures.recordSuccess(caller, verification.attempts).catch((err: unknown) =>
    // The code is used up by now, so an error here must not fail the request.
    ctx.logger.error({ err }, 'could not refund the wrong codes before a correct one'),
  );
  return true;
}

/** Applies a failed attempt. It stays counted, unless it was a repetition. */
export async function rejectAttempt(
  ctx: VerificationContext,
  { caller, counted, found }: CountedAttempt,
  outcome: RejectedOutcome,
): Promise<void> {
  switch (outcome) {
    case 'repeated':
      // A double click is no new attempt, and must not bring the number closer to its lock.
      await ctx.limiter.refund(caller, locksOf(ctx, counted));
      return;
    case 'invalid':
      ctx.suspects.noteUnproven(caller);
      // `found` was read before this attempt was spent.
      if (found && found.attempts + 1 >= found.maxAttempts) {
        ctx.changes.note({ id: found.id, hasNoAttemptsLeft: true });
      }
      await ctx.sharedFailures.recordFailure(caller);
      return;
    case 'closed':
      // Without a live code it could not be right, so it says nothing about other users of this key.
      ctx.suspects.noteUnproven(caller);
  }
}

/**
 * A correct code resets the failures in a row, the cooldown, and, if it was sent with its
 * `verificationId`, the lock of the number.
 */
async function settledHits(
  ctx: VerificationContext,
  { caller, counted, watched }: CountedAttempt,
  verification: Verification,
): Promise<SettledHits> {
  const { limits } = ctx;
  const { phoneNumber, purpose } = verification;
  const inARow: readonly RateLimitHit['limit'][] = [
    limits.failuresInARow,
    limits.failuresInARowById,
  ];
  const locked = isNumberLocked(limits, watched)
    ? numberLockHits(limits, phoneNumber)
    : watched.filter(({ limit, used }) => used > 0 && inARow.includes(limit));
  const cooldown = { limit: limits.cooldown, subject: `${phoneNumber}|${purpose}` };
  const others = counted.filter(({ limit }) => !inARow.includes(limit));
  return {
    cleared: [...counted.filter(({ limit }) => inARow.includes(limit)), ...locked, cooldown],
    // Nothing was sent to start a verification by an incoming message.
    refunded:
      verification.method === 'inbound'
        ? others
        : [...others, ...(await refundsOnVerified(ctx, caller, verification))],
  };
}

/** The hits that count towards a lock. */
function locksOf(
  { limits }: VerificationContext,
  counted: readonly RateLimitHit[],
): readonly RateLimitHit[] {
  return counted.filter(({ limit }) => limit !== limits.recentAttempts);
}
