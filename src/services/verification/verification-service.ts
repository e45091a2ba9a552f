import type { Caller } from '../../domain/caller.ts';
import type { Challenge, ChallengeScope, ChallengeStatus } from '../../domain/challenge.ts';
import type { Standing } from '../../domain/limit.ts';
import { secondsUntil } from '../../lib/clock.ts';
import type { Delivery } from '../../storage/delivery-store.ts';
import { type CheckTarget, createChecking, isTarget } from './check-passcode.ts';
import { type Dependencies, refuse } from './dependencies.ts';
import { createIssuing, type IssuedChallenge } from './issue-challenge.ts';
import { lockClaims } from './verification-claims.ts';

export type { CheckTarget, IssuedChallenge };

/** How the newest challenge of a recipient stands. */
export type VerificationStatus = {
  readonly status: ChallengeStatus | 'none';
  /** Whether a guess would be compared now. */
  readonly canVerify: boolean;
  readonly challenge: Challenge | undefined;
  readonly delivery: Delivery | undefined;
  /** 0 when there is no live challenge. */
  readonly expiresInSeconds: number;
  readonly standings: readonly Standing[];
};

export type VerificationService = ReturnType<typeof createVerificationService>;

/** The main job: send a passcode to a person, and check the one that comes back. */
export function createVerificationService(dependencies: Dependencies) {
  const { challenges, deliveries, limiter, limits, activity, now } = dependencies;

  /** Ends a live challenge by the caller's wish; returns how many there were (0 or 1). */
  async function expireChallenge(target: CheckTarget): Promise<number> {
    const found = await challenges.find(target.ref);
    return found && isTarget(found, target) ? challenges.expire(found.id, now()) : 0;
  }

  /** Lifts a failure lock; the row in the activity log comes first, so that no unlock goes unseen. */
  async function unlockRecipient(caller: Caller, phoneNumber: string): Promise<void> {
    await activity.record(caller, { action: 'otp_unlock', status: 'success', phoneNumber });
    await limiter.clear(caller, lockClaims(limits, phoneNumber));
  }

  /** @throws {AppError} `rate_limited` when the recipient's status is asked for too often. */
  async function readStatus(
    caller: Caller,
    scope: ChallengeScope,
    sessionId: string | undefined,
  ): Promise<VerificationStatus> {
    const { phoneNumber } = scope;
    const claim = { limit: limits.statusPerPhoneMinute, subject: phoneNumber };
    const claimed = await limiter.claim(caller, [claim]);
    if (!claimed.granted) {
      throw refuse('rate_limited', 'This status is asked for too often', claimed.refusal);
    }
    const { standings } = claimed;
    const challenge = await challenges.findLatest(scope, sessionId);
    if (!challenge) {
      const none = { status: 'none' as const, canVerify: false, expiresInSeconds: 0 };
      return { ...none, challenge, delivery: undefined, standings };
    }
    const delivery = await deliveries.findLatest(challenge.verificationId);
    const { status, expiresInSeconds } = statusAt(challenge, now());
    const hasRoom = status === 'sent' && challenge.attempts < challenge.maxAttempts;
    const canVerify = hasRoom && !(await limiter.isUsedUp(caller, lockClaims(limits, phoneNumber)));
    return { status, canVerify, challenge, delivery, expiresInSeconds, standings };
  }

  return {
    ...createIssuing(dependencies),
    ...createChecking(dependencies),
    expireChallenge,
    unlockRecipient,
    readStatus,
  };
}

/** A challenge is over at its time, whether or not the job has tidied it yet. */
function statusAt({ status, expiresAt }: Challenge, now: Date) {
  const secondsLeft = secondsUntil(expiresAt, now);
  if (status !== 'sent') return { status, expiresInSeconds: 0 };
  return secondsLeft > 0
    ? { status, expiresInSeconds: secondsLeft }
    : { status: 'expired' as const, expiresInSeconds: 0 };
}
