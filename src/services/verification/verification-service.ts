import { type Caller, nameOfPrincipal } from '../../domain/access/caller.ts';
import { assertWithinReach } from '../../domain/access/key-restrictions.ts';
import type { Standing } from '../../domain/rate-limit.ts';
import { refuse } from '../../domain/refusal.ts';
import {
  type Challenge,
  type ChallengeScope,
  type ChallengeStatus,
  isOverAt,
} from '../../domain/verification/verification.ts';
import { secondsUntil } from '../../lib/time/clock.ts';
import type { Delivery } from '../../storage/delivery/delivery-store.ts';
import { createChecking } from './check-code.ts';
import type { Dependencies } from './context.ts';
import { type CheckTarget, createFinding, isOpen, isTarget } from './find-verification.ts';
import { allLockClaims, lockEndAt, numberLockClaims } from './limits/failure-limits.ts';
import { createSettling } from './settle-sends.ts';
import { createIssuing, type IssuedChallenge } from './start-verification.ts';
import { createTelling } from './verification-audit.ts';

export type { CheckTarget, IssuedChallenge };

/** How the newest challenge of a recipient stands. */
export type VerificationStatus = {
  readonly status: ChallengeStatus | 'none';
  /** Whether a guess by number would be compared now. */
  readonly canVerify: boolean;
  /** Until when guesses by number are refused. */
  readonly lockedUntil: Date | undefined;
  readonly challenge: Challenge | undefined;
  readonly delivery: Delivery | undefined;
  /** 0 when there is no live challenge. */
  readonly expiresInSeconds: number;
  readonly standings: readonly Standing[];
};

export type VerificationService = ReturnType<typeof createVerificationService>;

/** The main job: send a passcode to a person, and check the one that comes back. */
export function createVerificationService(dependencies: Dependencies) {
  const { challenges, testNumbers, deliveries, limiter, limits, activity, now } = dependencies;
  const findChallenge = createFinding(dependencies);
  const { tellExpired } = createTelling(dependencies);

  /**
   * Ends a live challenge by the caller's wish; returns how many there were (0 or 1).
   * @throws {AppError} `forbidden` for what the caller's key is not for.
   */
  async function expireChallenge(caller: Caller, target: CheckTarget): Promise<number> {
    const found = await findChallenge(caller, target);
    const meant = found && isTarget(found, target) ? found : undefined;
    const count = meant ? await challenges.expire(meant.id, now()) : 0;
    tellExpired(caller, { found: meant, target }, count);
    return count;
  }

  /**
   * Lifts the failure lock of a number: an operator in every account, everybody else in their own.
   * The row in the activity log comes first, so that no unlock goes unseen.
   */
  async function unlockRecipient(caller: Caller, phoneNumber: string): Promise<void> {
    const isEverywhere = caller.isOperator && caller.principal.kind === 'user';
    const who = nameOfPrincipal(caller.principal);
    const details = isEverywhere ? `${who}: in every account` : who;
    await activity.record(caller, {
      action: 'otp_unlock',
      status: 'success',
      phoneNumber,
      details,
    });
    const locks = allLockClaims(limits, phoneNumber);
    await (isEverywhere ? limiter.clearEverywhere(locks) : limiter.clear(caller, locks));
  }

  /**
   * How the newest challenge that the caller's key is for stands.
   * @throws {AppError} `forbidden` for what it is not for, and `rate_limited` when the recipient's
   * status is asked for too often.
   */
  async function readStatus(
    caller: Caller,
    scope: ChallengeScope,
    sessionId: string | undefined,
  ): Promise<VerificationStatus> {
    const { phoneNumber, purpose } = scope;
    assertWithinReach(caller.reach, { sessionId, purpose });
    const isTest = (await testNumbers.findFor(caller, phoneNumber)) !== undefined;
    const claim = { limit: limits.statusPerPhoneMinute, subject: phoneNumber };
    const locks = numberLockClaims(limits, phoneNumber);
    const claimed = await limiter.claim(caller, isTest ? [] : [claim], isTest ? [] : locks);
    if (!claimed.granted) {
      throw refuse('rate_limited', 'This status is asked for too often', claimed.refusal);
    }
    const lockedUntil = lockEndAt(limits, claimed.watched, now());
    const known = { lockedUntil, standings: claimed.standings };
    const inSessions = sessionId === undefined ? caller.reach.sessions : [sessionId];
    const challenge = await challenges.findLatest(scope, inSessions);
    return { ...(await describeChallenge(challenge, lockedUntil !== undefined)), ...known };
  }

  async function describeChallenge(challenge: Challenge | undefined, isLocked: boolean) {
    if (!challenge) {
      const none = { status: 'none' as const, canVerify: false, expiresInSeconds: 0 };
      return { ...none, challenge, delivery: undefined };
    }
    const delivery = await deliveries.findLatest(challenge.verificationId);
    const { status, expiresInSeconds } = await seeStatus(challenge);
    const canVerify = isOpen(challenge, now()) && !isLocked;
    return { status, canVerify, challenge, delivery, expiresInSeconds };
  }

  /** How a challenge stands. One that is seen to be over is over for good, whatever the clock does next. */
  async function seeStatus(challenge: Challenge) {
    const seen = statusAt(challenge, now());
    if (seen.status !== challenge.status) await challenges.expireOver(challenge.id, now());
    return seen;
  }

  return {
    ...createIssuing(dependencies),
    ...createChecking(dependencies),
    ...createSettling(dependencies),
    expireChallenge,
    unlockRecipient,
    readStatus,
  };
}

/** A challenge is over at its time, whether or not the job has tidied it yet. */
function statusAt(challenge: Challenge, now: Date) {
  const { status, expiresAt } = challenge;
  if (status !== 'sent') return { status, expiresInSeconds: 0 };
  return isOverAt(challenge, now)
    ? { status: 'expired' as const, expiresInSeconds: 0 }
    : { status, expiresInSeconds: secondsUntil(expiresAt, now) };
}
