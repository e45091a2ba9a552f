import type { Caller } from '../../domain/caller.ts';
import type { Challenge, ChallengeScope } from '../../domain/challenge.ts';
import type { AppError } from '../../domain/errors.ts';
import type { Claim, Standing } from '../../domain/limit.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import type { Ticket } from '../../lib/admission.ts';
import type { ChallengeRef } from '../../storage/challenge-store.ts';
import type { Dependencies } from './dependencies.ts';
import { type CheckTarget, createFinding, isTarget } from './find-challenge.ts';
import { createSendBudget } from './send-budget.ts';
import { createTelling } from './tell-verification.ts';
import { failureClaims, guessClaim } from './verification-claims.ts';

export type CheckResult =
  | {
      readonly outcome: 'verified';
      readonly challenge: Challenge;
      readonly verifiedAt: Date;
    }
  /** Wrong, expired, used up, replaced or never sent: these are not told apart. */
  | { readonly outcome: 'invalid'; readonly attemptsLeft: number };

export function createChecking(dependencies: Dependencies) {
  const { challenges, limiter, limits, hasher, hashing, policy, metrics, logger, now } =
    dependencies;
  const findChallenge = createFinding(dependencies);
  const { refundOnVerified } = createSendBudget(dependencies);
  const { tellGuess, tellUncompared } = createTelling(dependencies);

  /**
   * Checks a guess. It is counted before it is compared, in guarded statements, so that neither
   * parallel callers nor a crash get a free one; a right guess takes its count back.
   * @throws {AppError} `forbidden` as finding the challenge does; `otp_locked` or `rate_limited`
   * without comparing; `overloaded` without counting.
   */
  async function checkPasscode(
    caller: Caller,
    target: CheckTarget,
    guess: string,
  ): Promise<CheckResult> {
    const found = await findChallenge(caller, target);
    const subject = found ?? subjectOf(target.ref);
    const counted = caller.mode === 'test' ? [] : failureClaims(limits, caller, subject);
    const result = await countAndCompare(caller, { found, target, counted }, guess);
    metrics.verifications.inc({ outcome: result.outcome });
    tellGuess(caller, { found, target }, result.outcome);
    if (result.outcome !== 'closed') return result;
    const spent = found?.attempts ?? 0;
    return { outcome: 'invalid', attemptsLeft: await countDown(caller, subject, spent) };
  }

  async function countAndCompare(
    caller: Caller,
    comparison: Comparison,
    guess: string,
  ): Promise<CheckResult | Closed> {
    try {
      await countGuess(caller, comparison.counted);
      return await compareAndConsume(caller, comparison, guess);
    } catch (error) {
      tellUncompared(caller, comparison, error);
      throw error;
    }
  }

  async function countGuess(caller: Caller, claims: readonly Claim[]): Promise<void> {
    const claimed = await limiter.claim(caller, claims);
    if (claimed.granted) return;
    metrics.verifications.inc({ outcome: 'refused' });
    throw toLock(claimed.refusal);
  }

  /** The attempts left where nothing is to be guessed: counted down alike, so that it does not tell. */
  async function countDown(caller: Caller, subject: Subject, spent: number): Promise<number> {
    const claimed = await limiter.claim(caller, [guessClaim(limits, subject)]);
    const used = claimed.granted ? claimed.standings[0]?.used : undefined;
    return Math.max(0, policy.maxAttempts - spent - (used ?? 0));
  }

  async function compareAndConsume(
    caller: Caller,
    { found, target, counted }: Comparison,
    guess: string,
  ): Promise<CheckResult | Closed> {
    const ticket = hashing.enter();
    if (!ticket) {
      await limiter.giveBack(caller, counted);
      throw overloaded();
    }
    try {
      if (!found || !isTarget(found, target)) {
        await ticket.run(() => hasher.matchesNothing(guess));
        return { outcome: 'closed' };
      }
      const result = await spendAndCompare(ticket, found, guess);
      if (result.outcome === 'verified')
        await Promise.all([forgive(caller, counted), refundOnVerified(caller, found)]);
      return result;
    } finally {
      ticket.leave();
    }
  }

  /** Spends an attempt, compares, and uses the challenge up; `closed` when it takes no guess. */
  async function spendAndCompare(
    ticket: Ticket,
    challenge: Challenge,
    guess: string,
  ): Promise<CheckResult | Closed> {
    const isOpen = await challenges.spendAttempt(challenge.id, now());
    const isRight = await ticket.run(() =>
      isOpen ? hasher.matches(challenge, guess) : hasher.matchesNothing(guess),
    );
    if (!isOpen) return { outcome: 'closed' };
    const attemptsLeft = Math.max(0, challenge.maxAttempts - challenge.attempts - 1);
    if (!isRight) return { outcome: 'invalid', attemptsLeft };
    const verifiedAt = now();
    const isFirst = await challenges.markVerified(challenge.id, verifiedAt);
    return isFirst ? { outcome: 'verified', challenge, verifiedAt } : { outcome: 'closed' };
  }

  /** The passcode is used up by now: a fault here may cost a count, never the answer. */
  async function forgive(caller: Caller, counted: readonly Claim[]): Promise<void> {
    const ended = counted.filter(({ limit }) => limit === limits.failuresInARow);
    const others = counted.filter(({ limit }) => limit !== limits.failuresInARow);
    await Promise.all([limiter.clear(caller, ended), limiter.giveBack(caller, others)]).catch(
      (err: unknown) => logger.error({ err }, 'a right guess stays counted as a failure'),
    );
  }

  function toLock(refusal: Standing): AppError {
    if (refusal.limit === limits.failuresPerIpHour) {
      return refuse('rate_limited', 'Too many wrong passcodes from this address', refusal);
    }
    if (refusal.limit === limits.failuresPerKeyHour) {
      return refuse('rate_limited', 'Too many wrong passcodes with this key', refusal);
    }
    const isForGood = refusal.resetSeconds === undefined;
    const message = isForGood
      ? 'Too many wrong passcodes in a row: an operator must unlock this number'
      : 'Too many wrong passcodes: this number is locked for a while';
    return refuse('otp_locked', message, refusal);
  }

  return { checkPasscode };
}

type Subject = Pick<ChallengeScope, 'phoneNumber' | 'purpose'>;

/** There was nothing to guess at, or no longer. */
type Closed = { readonly outcome: 'closed' };

type Comparison = {
  readonly found: Challenge | undefined;
  readonly target: CheckTarget;
  readonly counted: readonly Claim[];
};

/** Whom to count a guess against when there is no such challenge: the number, or the unknown handle. */
function subjectOf(ref: ChallengeRef): Subject {
  if ('scope' in ref) return ref.scope;
  return { phoneNumber: ref.verificationId, purpose: '' };
}
