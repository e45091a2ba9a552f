import type { Caller } from '../../domain/access/caller.ts';
import type { AppError } from '../../domain/errors.ts';
import type { RateLimitHit, RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded } from '../../domain/refusal.ts';
import type { Verification } from '../../domain/verification/verification.ts';
import type { Slot } from '../../lib/concurrency/bounded-queue.ts';
import { createInFlight, type Flight } from '../../lib/concurrency/in-flight.ts';
import type { VerificationRef } from '../../storage/verification/verification-store.ts';
import type { Dependencies } from './context.ts';
import { type CheckTarget, createFinding, isOpen, isTarget } from './find-verification.ts';
import { attemptHits, isNumberLocked, numberLockHits } from './limits/failure-limits.ts';
import { createSendBudget } from './limits/send-budget.ts';
import { createSharedFailures, type SharedLevel } from './limits/shared-failures.ts';
import { createVerifiedOfLate } from './recently-verified.ts';
import { refuseByNumber, refuseLocked } from './refuse-attempt.ts';
import { createTelling } from './verification-audit.ts';

export type CheckResult =
  | {
      readonly outcome: 'verified';
      readonly verification: Verification;
      readonly verifiedAt: Date;
    }
  /** Wrong, expired, used up, replaced or never sent: these are not told apart. */
  | { readonly outcome: 'invalid'; readonly attemptsLeft: number };

/**
 * `closed`: there was nothing to attempt at, or no longer. `repeated`: nor was there, but a moment ago the
 * same code was right.
 */
type Comparison =
  | { readonly outcome: 'verified'; readonly verification: Verification; readonly verifiedAt: Date }
  | { readonly outcome: 'invalid' | 'closed' | 'repeated' };

/** An attempt, with what was counted of it. */
type Attempt = {
  readonly caller: Caller;
  readonly target: CheckTarget;
  /** The verification that the target names. */
  readonly found: Verification | undefined;
  /** The same, when it is the one that is meant. */
  readonly meant: Verification | undefined;
  readonly counted: readonly RateLimitHit[];
  readonly rateLimits: readonly RateLimitStatus[];
  readonly watched: readonly RateLimitStatus[];
  /** How many attempts a code has for this caller at this moment, at most. */
  readonly mostAttempts: number;
  /** Whether it comes by number, and while a shared limit is full or from where nobody asked for a code. */
  readonly isSuspect: boolean;
};

export function createChecking(dependencies: Dependencies) {
  const {
    verifications,
    limiter,
    limits,
    hasher,
    hashing,
    suspects,
    policy,
    metrics,
    logger,
    now,
  } = dependencies;
  const findVerification = createFinding(dependencies);
  const shared = createSharedFailures(dependencies);
  const { refundOnVerified } = createSendBudget(dependencies);
  const { tellAttempt, tellUncompared } = createTelling(dependencies);
  const inFlight = createInFlight();
  const verifiedOfLate = createVerifiedOfLate(hasher);

  /** The counts that lead to a lock. */
  const locksOf = (counted: readonly RateLimitHit[]) =>
    counted.filter(({ limit }) => limit !== limits.recentAttempts);

  /**
   * Checks a code. It is counted before it is compared, in guarded statements, so that neither
   * parallel callers nor a crash get a free one; a correct code takes its count back.
   * @throws {AppError} `forbidden` as finding the verification does; `otp_locked` or `rate_limited`
   * without comparing; `overloaded` without counting.
   */
  async function checkCode(
    caller: Caller,
    target: CheckTarget,
    code: string,
  ): Promise<CheckResult> {
    const found = await findVerification(caller, target);
    const flight = inFlight.enter(flightOf(target.ref));
    try {
      const attempt = await countAttempt(caller, target, found, flight);
      const result = await compareAndConsume(attempt, code);
      const outcome = result.outcome === 'repeated' ? 'closed' : result.outcome;
      metrics.verifications.inc({ outcome });
      tellAttempt(caller, { found, target }, outcome);
      if (result.outcome === 'verified') return result;
      return { outcome: 'invalid', attemptsLeft: countLeft(attempt, result.outcome) };
    } catch (error) {
      tellUncompared(caller, { found, target }, error);
      throw error;
    } finally {
      flight.leave();
    }
  }

  /** Counts an attempt against the limits of its number or handle, and reads those that it shares. */
  async function countAttempt(
    caller: Caller,
    target: CheckTarget,
    found: Verification | undefined,
    flight: Flight,
  ): Promise<Attempt> {
    const meant = found && isTarget(found, target) ? found : undefined;
    const isLive = meant !== undefined && isOpen(meant, now());
    const hits = attemptHits(limits, { ref: target.ref, verification: meant, isLive });
    // Nobody is behind a test number: only the attempts that are left are counted.
    const ofRecentAttempts = hits.counted.filter(({ limit }) => limit === limits.recentAttempts);
    const counted = caller.mode === 'test' ? ofRecentAttempts : hits.counted;
    const consumed = await limiter.consume(caller, counted, [
      ...(caller.mode === 'test' ? [] : hits.watched),
      ...shared.hitsOf(caller),
    ]);
    if (!consumed.granted) {
      throw refuseAttempt(refuseLocked(limits, consumed.full, flight.othersSoFar()));
    }
    const { rateLimits, watched } = consumed;
    const attempt = { caller, target, found, meant, counted, rateLimits, watched };
    return { ...attempt, ...(await tighten(attempt)) };
  }

  /** How strictly this attempt is treated. @throws {AppError} when it is not to be compared. */
  async function tighten(
    attempt: Omit<Attempt, 'mostAttempts' | 'isSuspect'>,
  ): Promise<Pick<Attempt, 'mostAttempts' | 'isSuspect'>> {
    const { caller, target, found, counted, watched } = attempt;
    const level = shared.levelOf(caller, watched);
    const refusal = 'scope' in target.ref ? refuseByNumber(limits, watched, level) : undefined;
    if (!refusal) {
      const mostAttempts = mostAttemptsAt(level.name, found?.maxAttempts ?? policy.maxAttempts);
      const isDoubtful = level.name !== 'open' || suspects.isStranger(caller);
      return { mostAttempts, isSuspect: 'scope' in target.ref && isDoubtful };
    }
    await limiter.refund(caller, counted);
    throw refuseAttempt(refusal);
  }

  function refuseAttempt(refusal: AppError): AppError {
    metrics.verifications.inc({ outcome: 'refused' });
    return refusal;
  }

  async function compareAndConsume(attempt: Attempt, code: string): Promise<Comparison> {
    const { caller, counted } = attempt;
    const slot = hashing.acquire(suspects.toAsker(caller, attempt));
    if (!slot) {
      await limiter.refund(caller, counted);
      throw overloaded(hashing.retryAfterSeconds());
    }
    try {
      const result = await spendAndCompare(slot, attempt, code);
      await noteOutcome(attempt, result);
      return result;
    } finally {
      slot.release();
    }
  }

  async function noteOutcome(attempt: Attempt, result: Comparison): Promise<void> {
    const { caller, target, counted } = attempt;
    switch (result.outcome) {
      case 'verified': {
        const { verification } = result;
        suspects.noteProven(caller, verification.attempts);
        verifiedOfLate.remember(target.ref, verification);
        await Promise.all([forgive(attempt, verification), refundOnVerified(caller, verification)]);
        return;
      }
      case 'repeated':
        // Somebody pressed twice: that is no attempt, and must not bring the number nearer to its lock.
        await limiter.refund(caller, locksOf(counted));
        return;
      case 'invalid':
        suspects.noteUnproven(caller);
        await shared.recordFailure(caller);
        return;
      case 'closed':
        // Compared with nothing, it cannot have been right: it says nothing about others with this key.
        suspects.noteUnproven(caller);
    }
  }

  /** Spends an attempt, compares, and uses the verification up; `closed` when it takes no attempt. */
  async function spendAndCompare(
    slot: Slot,
    { target, meant, mostAttempts }: Attempt,
    code: string,
  ): Promise<Comparison> {
    const isSpent = meant && (await verifications.spendAttempt(meant.id, mostAttempts, now()));
    if (!meant || !isSpent) {
      const isRepeated = await slot.run(() => verifiedOfLate.matches(target.ref, code));
      return { outcome: isRepeated ? 'repeated' : 'closed' };
    }
    const isRight = await slot.run(() => hasher.matches(meant, code));
    return isRight ? consume(meant) : { outcome: 'invalid' };
  }

  async function consume(verification: Verification): Promise<Comparison> {
    const verifiedAt = now();
    const isFirst = await verifications.markVerified(verification.id, verifiedAt);
    return isFirst ? { outcome: 'verified', verification, verifiedAt } : { outcome: 'repeated' };
  }

  /**
   * A right code ends the failures in a row, the cooldown, and, when it came by its handle, the lock
   * of the number. It is used up by now: a fault here may cost a count, never the answer.
   */
  async function forgive(attempt: Attempt, verification: Verification): Promise<void> {
    const { caller, counted, watched } = attempt;
    const inARow: readonly RateLimitHit['limit'][] = [
      limits.failuresInARow,
      limits.failuresInARowById,
    ];
    const locked = isNumberLocked(limits, watched)
      ? numberLockHits(limits, verification.phoneNumber)
      : watched.filter(({ limit, used }) => used > 0 && inARow.includes(limit));
    const { phoneNumber, purpose } = verification;
    const cooldown = { limit: limits.cooldown, subject: `${phoneNumber}|${purpose}` };
    const ended = [...counted.filter(({ limit }) => inARow.includes(limit)), ...locked, cooldown];
    const others = counted.filter(({ limit }) => !inARow.includes(limit));
    await Promise.all([
      limiter.clear(caller, ended),
      limiter.refund(caller, others),
      shared.recordSuccess(caller, verification.attempts),
    ]).catch((err: unknown) => logger.error({ err }, 'a correct code stays counted as a failure'));
  }

  /**
   * The attempts that are left. By number they follow from the attempts of late alone, which are
   * counted whether or not a code lives: the figure must not tell that its owner has just asked for one.
   */
  function countLeft(attempt: Attempt, outcome: 'invalid' | 'closed' | 'repeated'): number {
    const { target, found, rateLimits, mostAttempts } = attempt;
    const recentAttempts =
      rateLimits.find(({ limit }) => limit === limits.recentAttempts)?.used ?? 0;
    if ('scope' in target.ref) {
      return Math.max(0, Math.min(policy.maxAttempts, mostAttempts) - recentAttempts);
    }
    const { attempts, maxAttempts } = found ?? { attempts: 0, maxAttempts: policy.maxAttempts };
    const used = outcome === 'invalid' ? attempts + 1 : attempts + recentAttempts;
    return Math.max(0, Math.min(maxAttempts, mostAttempts) - used);
  }

  return { checkCode };
}

/** Half of them leave a person who mistyped once a second try. */
function mostAttemptsAt(level: SharedLevel['name'], maxAttempts: number): number {
  if (level === 'open') return maxAttempts;
  return level === 'tightened' ? Math.ceil(maxAttempts / 2) : 1;
}

/** Attempts at the same number run under the same name, whatever their purpose: they share its locks. */
function flightOf(ref: VerificationRef): string {
  return 'scope' in ref ? `${ref.scope.accountId}|${ref.scope.phoneNumber}` : ref.verificationId;
}
