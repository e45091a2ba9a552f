import type { Caller } from '../../domain/access/caller.ts';
import { overloaded } from '../../domain/refusal.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { Slot } from '../../lib/concurrency/bounded-queue.ts';
import type { VerificationRef } from '../../storage/verification/verification-store.ts';
import { countAttemptsLeft, mostAttemptsAt } from './attempts/attempts-left.ts';
import { refuseByNumber, refuseLocked } from './attempts/refuse-attempt.ts';
import { acceptAttempt, type RejectedOutcome, rejectAttempt } from './attempts/settle-attempt.ts';
import type { VerificationContext } from './context.ts';
import { type CheckTarget, findVerification, isOpen, pickMeant } from './find-verification.ts';
import { type AttemptHits, attemptHits } from './limits/failure-limits.ts';
import type { SharedLevel } from './limits/shared-failures.ts';
import { logAttempt, logUncompared } from './verification-log.ts';

export type CheckResult =
  | {
      readonly outcome: 'verified';
      readonly verification: Verification;
      readonly verifiedAt: Date;
    }
  /** Wrong, expired, used up, replaced or never sent: callers cannot distinguish these. */
  | { readonly outcome: 'invalid'; readonly attemptsLeft: number };

/**
 * Checks a code. The attempt is counted before the code is compared, in guarded statements, so that
 * neither parallel callers nor a crash get a free one. A correct code is refunded.
 * @throws {AppError} `forbidden` as `findVerification`; `otp_locked` or `rate_limited` without
 * comparing; `overloaded` without counting.
 */
export async function checkCode(
  ctx: VerificationContext,
  caller: Caller,
  target: CheckTarget,
  code: string,
): Promise<CheckResult> {
  const { verifications, limits, limiter, hashing, now } = ctx;
  const found = await findVerification(ctx, caller, target);
  const meant = pickMeant(found, target);
  const flight = ctx.inFlight.enter(flightOf(target.ref));
  let slot: Slot | undefined;
  try {
    // Count the attempt, unless a limit is full.
    const { counted, ...read } = hitsOf(ctx, caller, target, meant);
    const consumed = await limiter.consume(caller, counted, read.watched);
    if (!consumed.granted) throw refuseLocked(limits, consumed.full, flight.othersSoFar());

    // Do not compare it while callers who share its limits fail too often, or when too many wait.
    const { watched, rateLimits } = consumed;
    const level = ctx.sharedFailures.levelOf(caller, watched);
    const refusal = refuseByNumber(limits, target.ref, { watched, level });
    slot = refusal ? undefined : acquireSlot(ctx, caller, target, level);
    if (!slot) {
      await limiter.refund(caller, counted);
      throw refusal ?? overloaded(hashing.retryAfterSeconds());
    }

    // Spend one attempt, compare the code, then use up the verification. Both UPDATEs are guarded, and
    // the number of changed rows decides.
    const most = mostAttemptsAt(level.name, found?.maxAttempts ?? ctx.policy.maxAttempts);
    const isSpent =
      meant !== undefined && (await verifications.spendAttempt(meant.id, most, now()));
    const isRight = await slot.run(() => matches(ctx, { meant, isSpent, ref: target.ref, code }));
    const verifiedAt = now();
    const isFirst = isSpent && isRight && (await verifications.markVerified(meant.id, verifiedAt));

    const attempt = { caller, target, found, counted, rateLimits, watched };
    if (isFirst) {
      await acceptAttempt(ctx, attempt, meant);
      logAttempt(ctx, attempt, 'verified');
      return { outcome: 'verified', verification: meant, verifiedAt };
    }
    const outcome = outcomeOf(isSpent, isRight);
    await rejectAttempt(ctx, attempt, outcome);
    logAttempt(ctx, attempt, outcome);
    return { outcome: 'invalid', attemptsLeft: countAttemptsLeft(ctx, attempt, { outcome, most }) };
  } catch (error) {
    logUncompared(ctx, { caller, target, found }, error);
    throw error;
  } finally {
    slot?.release();
    flight.leave();
  }
}

/** The limits that the attempt counts on, and those that are only read. */
function hitsOf(
  ctx: VerificationContext,
  caller: Caller,
  { ref }: CheckTarget,
  meant: Verification | undefined,
): AttemptHits {
  const { limits } = ctx;
  const isLive = meant !== undefined && isOpen(meant, ctx.now());
  const { counted, watched } = attemptHits(limits, { ref, verification: meant, isLive });
  // A test number has no owner to protect, so only the remaining attempts are counted.
  if (caller.mode === 'test') {
    return { counted: counted.filter(({ limit }) => limit === limits.recentAttempts), watched: [] };
  }
  return { counted, watched: [...watched, ...ctx.sharedFailures.hitsOf(caller)] };
}

/**
 * Acquires a slot for a hash. An attempt by number is suspect while a shared limit is full, or if it comes
 * from an address that has not requested a code.
 */
function acquireSlot(
  { hashing, suspects }: VerificationContext,
  caller: Caller,
  { ref }: CheckTarget,
  level: SharedLevel,
): Slot | undefined {
  const isUnusual = level.name !== 'open' || suspects.isStranger(caller);
  return hashing.acquire(suspects.toAsker(caller, { isSuspect: 'scope' in ref && isUnusual }));
}

type Comparison = {
  readonly meant: Verification | undefined;
  readonly isSpent: boolean;
  readonly ref: VerificationRef;
  readonly code: string;
};

/**
 * Whether the code is right: the code of the verification, or, if no attempt was spent, one that was
 * verified a moment ago. Always takes one hash.
 */
function matches(
  { hasher, recentlyVerified }: VerificationContext,
  { meant, isSpent, ref, code }: Comparison,
): Promise<boolean> {
  return meant && isSpent ? hasher.matches(meant, code) : recentlyVerified.matches(ref, code);
}

/** Why an attempt failed. A correct code that came second is a repetition. */
function outcomeOf(isSpent: boolean, isRight: boolean): RejectedOutcome {
  if (isRight) return 'repeated';
  return isSpent ? 'invalid' : 'closed';
}

/** Attempts at a number share a flight, whatever their purpose, because they share its locks. */
function flightOf(ref: VerificationRef): string {
  return 'scope' in ref ? `${ref.scope.accountId}|${ref.scope.phoneNumber}` : ref.verificationId;
}
