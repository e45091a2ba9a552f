import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { refuse } from '../../domain/refusal.ts';
import {
  isOverAt,
  type Verification,
  type VerificationScope,
  type VerificationStatus,
} from '../../domain/verification/verification.ts';
import { secondsUntil } from '../../lib/time/clock.ts';
import type { Delivery } from '../../storage/delivery/delivery-store.ts';
import { createChecking } from './check-code.ts';
import type { Dependencies } from './context.ts';
import { type CheckTarget, createFinding, isOpen, isTarget } from './find-verification.ts';
import { allLockHits, lockEndAt, numberLockHits } from './limits/failure-limits.ts';
import { createSettling } from './settle-sends.ts';
import { createIssuing, type StartedVerification } from './start-verification.ts';
import { createTelling } from './verification-audit.ts';

export type { CheckTarget, StartedVerification };

/** How the newest verification of a recipient stands. */
export type VerificationDetails = {
  readonly status: VerificationStatus | 'none';
  /** Whether an attempt by number would be compared now. */
  readonly canVerify: boolean;
  /** Until when attempts by number are refused. */
  readonly lockedUntil: Date | undefined;
  readonly verification: Verification | undefined;
  readonly delivery: Delivery | undefined;
  /** 0 when there is no live verification. */
  readonly expiresInSeconds: number;
  readonly rateLimits: readonly RateLimitStatus[];
};

export type VerificationService = ReturnType<typeof createVerificationService>;

/** The main job: send a code to a person, and check the one that comes back. */
export function createVerificationService(dependencies: Dependencies) {
  const { verifications, testNumbers, deliveries, limiter, limits, activity, now } = dependencies;
  const findVerification = createFinding(dependencies);
  const { tellExpired } = createTelling(dependencies);

  /**
   * Ends a live verification by the caller's wish; returns how many there were (0 or 1).
   * @throws {AppError} `forbidden` for what the caller's key is not for.
   */
  async function expireVerification(caller: Caller, target: CheckTarget): Promise<number> {
    const found = await findVerification(caller, target);
    const meant = found && isTarget(found, target) ? found : undefined;
    const count = meant ? await verifications.expire(meant.id, now()) : 0;
    tellExpired(caller, { found: meant, target }, count);
    return count;
  }

  /**
   * Lifts the failure lock of a number: an operator in every account, everybody else in their own.
   * The row in the activity log comes first, so that no unlock goes unseen.
   */
  async function unlockRecipient(caller: Caller, phoneNumber: string): Promise<void> {
    const isEverywhere = caller.isOperator && caller.principal.kind === 'user';
    await activity.audit(caller, {
      action: 'otp_unlock',
      status: 'success',
      phoneNumber,
      details: formatPrincipal(caller.principal),
      ...(isEverywhere && { requestData: JSON.stringify({ scope: 'every_account' }) }),
    });
    const locks = allLockHits(limits, phoneNumber);
    await (isEverywhere ? limiter.clearEverywhere(locks) : limiter.clear(caller, locks));
  }

  /**
   * How the newest verification that the caller's key is for stands.
   * @throws {AppError} `forbidden` for what it is not for, and `rate_limited` when the recipient's
   * status is asked for too often.
   */
  async function readStatus(
    caller: Caller,
    scope: VerificationScope,
    sessionId: string | undefined,
  ): Promise<VerificationDetails> {
    const { phoneNumber, purpose } = scope;
    assertPermitted(caller.restrictions, { sessionId, purpose });
    const isTest = (await testNumbers.findFor(caller, phoneNumber)) !== undefined;
    const hit = { limit: limits.statusPerPhoneMinute, subject: phoneNumber };
    const locks = numberLockHits(limits, phoneNumber);
    const consumed = await limiter.consume(caller, isTest ? [] : [hit], isTest ? [] : locks);
    if (!consumed.granted) {
      throw refuse('rate_limited', 'This status is asked for too often', consumed.refusal);
    }
    const lockedUntil = lockEndAt(limits, consumed.watched, now());
    const known = { lockedUntil, rateLimits: consumed.rateLimits };
    const inSessions = sessionId === undefined ? caller.restrictions.sessions : [sessionId];
    const verification = await verifications.findLatest(scope, inSessions);
    return { ...(await describeVerification(verification, lockedUntil !== undefined)), ...known };
  }

  async function describeVerification(verification: Verification | undefined, isLocked: boolean) {
    if (!verification) {
      const none = { status: 'none' as const, canVerify: false, expiresInSeconds: 0 };
      return { ...none, verification, delivery: undefined };
    }
    const delivery = await deliveries.findLatest(verification.verificationId);
    const { status, expiresInSeconds } = await seeStatus(verification);
    const canVerify = isOpen(verification, now()) && !isLocked;
    return { status, canVerify, verification, delivery, expiresInSeconds };
  }

  /** How a verification stands. One that is seen to be over is over for good, whatever the clock does next. */
  async function seeStatus(verification: Verification) {
    const seen = statusAt(verification, now());
    if (seen.status !== verification.status) await verifications.expireOver(verification.id, now());
    return seen;
  }

  return {
    ...createIssuing(dependencies),
    ...createChecking(dependencies),
    ...createSettling(dependencies),
    expireVerification,
    unlockRecipient,
    readStatus,
  };
}

/** A verification is over at its time, whether or not the job has tidied it yet. */
function statusAt(verification: Verification, now: Date) {
  const { status, expiresAt } = verification;
  if (status !== 'sent') return { status, expiresInSeconds: 0 };
  return isOverAt(verification, now)
    ? { status: 'expired' as const, expiresInSeconds: 0 }
    : { status, expiresInSeconds: secondsUntil(expiresAt, now) };
}
