import type { Caller } from '../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded } from '../../domain/refusal.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { Asker, Slot } from '../../lib/concurrency/bounded-queue.ts';
import type { Flight } from '../../lib/concurrency/in-flight.ts';
import type { Spending } from '../../storage/procedures.ts';
import type { VerificationRef } from '../../storage/verification/verification-store.ts';
import { countAttemptsLeft, mostAttemptsAt } from './attempts/attempts-left.ts';
import { refuseByNumber, refuseLocked } from './attempts/refuse-attempt.ts';
import { acceptAttempt, type RejectedOutcome, rejectAttempt } from './attempts/settle-attempt.ts';
import type { VerificationContext } from './context.ts';
import {
  type CheckTarget,
  findVerification,
  hasCode,
  isOpen,
  pickMeant,
} from './find-verification.ts';
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
  | {
      readonly outcome: 'invalid';
      readonly attemptsLeft: number;
      /** The live verification with whose code it was compared, if it was. */
      readonly compared?: Verification | undefined;
    };

/** An attempt, with the verification that its `ref` names, and the same if it matches all of the target. */
type Attempt = {
  readonly caller: Caller;
  readonly target: CheckTarget;
  readonly found: Verification | undefined;
  readonly meant: Verification | undefined;
};

/** An attempt that is counted and may be compared. */
type Admitted = {
  readonly slot: Slot;
  readonly level: SharedLevel;
  readonly counted: readonly RateLimitHit[];
  readonly rateLimits: readonly RateLimitStatus[];
  readonly watched: readonly RateLimitStatus[];
  /** Whether an attempt at the verification was spent; undefined if that was not tried. */
  readonly isSpent: boolean | undefined;
};

const OPEN: SharedLevel = { name: 'open' };

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
  const found = await findVerification(ctx, caller, target);
  const meant = pickMeant(found, target);
  const attempt = { caller, target, found, meant: meant && hasCode(meant) ? meant : undefined };
  const flight = ctx.inFlight.enter(flightOf(target.ref));
  try {
    const admitted = await admitAttempt(ctx, attempt, flight);
    return await compareCode(ctx, { ...attempt, ...admitted }, code).finally(admitted.slot.release);
  } catch (error) {
    logUncompared(ctx, attempt, error);
    throw error;
  } finally {
    flight.leave();
  }
}

/**
 * Counts an attempt and takes a slot for its hash. If there is a slot, and no limit is full, one attempt at
 * the verification is spent in the same write. @throws {AppError} as `checkCode`.
 */
async function admitAttempt(
  ctx: VerificationContext,
  attempt: Attempt,
  flight: Flight,
): Promise<Admitted> {
  const { hashing, limits } = ctx;
  const { caller, meant } = attempt;
  let slot = hashing.acquire(toAsker(ctx, attempt, OPEN), 'early');
  try {
    const spending = slot && meant && { id: meant.id, maxAttempts: meant.maxAttempts };
    const counting = await countAttempt(ctx, attempt, spending);
    if (!counting.granted) throw refuseLocked(limits, counting.full, flight.othersSoFar());

    // Do not compare it while callers who share its limits fail too often, or when too many wait.
    const { level, refusal } = counting;
    if (!slot || level.name !== 'open') {
      slot?.release();
      slot = hashing.acquire(toAsker(ctx, attempt, level));
    }
    if (slot && !refusal) return { ...counting, slot };
    await ctx.limiter.refund(caller, counting.counted);
    throw refusal ?? overloaded(hashing.retryAfterSeconds());
  } catch (error) {
    slot?.release();
    throw error;
  }
}

/**
 * Spends one attempt, compares the code, then uses up the verification. Both UPDATEs are guarded, and the
 * number of changed rows decides.
 */
async function compareCode(
  ctx: VerificationContext,
  attempt: Attempt & Admitted,
  code: string,
): Promise<CheckResult> {
  const { verifications, policy, now } = ctx;
  const { found, meant, slot, level } = attempt;
  const most = mostAttemptsAt(level.name, found?.maxAttempts ?? policy.maxAttempts);
  const isSpent =
    meant !== undefined &&
    (attempt.isSpent ?? (await verifications.spendAttempt(meant.id, most, now())));
  const isRight = await slot.run(() => matches(ctx, attempt, { isSpent, code }));
  const verifiedAt = now();
  if (isSpent && isRight && (await acceptAttempt(ctx, attempt, meant, verifiedAt))) {
    logAttempt(ctx, attempt, 'verified');
    return { outcome: 'verified', verification: meant, verifiedAt };
  }
  const outcome = outcomeOf(isSpent, isRight);
  await rejectAttempt(ctx, attempt, outcome);
  logAttempt(ctx, attempt, outcome);
  const attemptsLeft = countAttemptsLeft(ctx, attempt, { outcome, most });
  return { outcome: 'invalid', attemptsLeft, compared: outcome === 'invalid' ? meant : undefined };
}

/** Counts an attempt, and says whether it must not be compared although its limits had room. */
async function countAttempt(
  ctx: VerificationContext,
  attempt: Attempt,
  spending: Spending | undefined,
) {
  const { caller, target } = attempt;
  const { counted, watched } = hitsOf(ctx, attempt);
  const consumed = await ctx.limiter.consume(caller, counted, { watched, spending });
  if (!consumed.granted) return consumed;
  const level = ctx.sharedFailures.levelOf(caller, consumed.watched);
  const seen = { watched: consumed.watched, level };
  return { ...consumed, counted, level, refusal: refuseByNumber(ctx.limits, target.ref, seen) };
}

/** The limits that the attempt counts on, and those that are only read. */
function hitsOf(
  ctx: VerificationContext,
  { caller, target: { ref }, meant }: Attempt,
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
 * The caller in the queue for hashes. An attempt by number is suspect while a shared limit is full, or if it
 * comes from an address that has not requested a code.
 */
function toAsker(
  { suspects }: VerificationContext,
  { caller, target: { ref } }: Attempt,
  level: SharedLevel,
): Asker {
  const isUnusual = level.name !== 'open' || suspects.isStranger(caller);
  return suspects.toAsker(caller, { isSuspect: 'scope' in ref && isUnusual });
}

/**
 * Whether the code is right: the code of the verification, or, if no attempt was spent, one that was
 * verified a moment ago. Always takes one hash.
 */
function matches(
  { hasher, recentlyVerified }: VerificationContext,
  { meant, target: { ref } }: Attempt,
  { isSpent, code }: { readonly isSpent: boolean; readonly code: string },
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
