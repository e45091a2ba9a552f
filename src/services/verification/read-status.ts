import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { nounOf } from '../../domain/recipient.ts';
import { refuse } from '../../domain/refusal.ts';
import {
  isOverAt,
  type Verification,
  type VerificationScope,
  type VerificationStatus,
} from '../../domain/verification/verification.ts';
import { secondsUntil } from '../../lib/time/clock.ts';
import type { Delivery } from '../../storage/delivery/delivery-store.ts';
import type { VerificationContext } from './context.ts';
import { isOpen } from './find-verification.ts';
import { lockEndAt, numberLockHits } from './limits/failure-limits.ts';
import { findTestNumber } from './test-numbers.ts';

/** The status of a recipient's latest verification. */
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

/**
 * Reads the status of the latest verification that the caller's key permits.
 * @throws {AppError} `forbidden` if the key does not permit the session or purpose, and `rate_limited`
 * when the recipient's status is requested too often.
 */
export async function readStatus(
  ctx: VerificationContext,
  caller: Caller,
  scope: VerificationScope,
  sessionId: string | undefined,
): Promise<VerificationDetails> {
  const { limits, now } = ctx;
  const { phoneNumber, purpose } = scope;
  assertPermitted(caller.restrictions, { sessionId, purpose });
  const isTest = (await findTestNumber(ctx.testNumbers, caller, phoneNumber)) !== undefined;
  const hit = { limit: limits.statusPerPhoneMinute, subject: phoneNumber };
  const locks = numberLockHits(limits, phoneNumber);
  const consumed = await ctx.limiter.consume(caller, isTest ? [] : [hit], {
    watched: isTest ? [] : locks,
  });
  if (!consumed.granted) {
    const message = `The status of this ${nounOf(phoneNumber)} is requested too often`;
    throw refuse('rate_limited', message, consumed.refusal);
  }
  const lockedUntil = lockEndAt(limits, consumed.watched, now());
  const known = { lockedUntil, rateLimits: consumed.rateLimits };
  const inSessions = sessionId === undefined ? caller.restrictions.sessions : [sessionId];
  const verification = await ctx.verifications.findLatest(scope, inSessions);
  if (!verification) {
    const none = { status: 'none', canVerify: false, expiresInSeconds: 0 } as const;
    return { ...none, verification, delivery: undefined, ...known };
  }
  const delivery = await ctx.deliveries.findLatest(verification.verificationId);
  const seen = await seeStatus(ctx, verification);
  const canVerify = isOpen(verification, now()) && lockedUntil === undefined;
  return { ...seen, canVerify, verification, delivery, ...known };
}

/** The current status. A verification that was seen to be over is ended, even if the clock goes back. */
async function seeStatus({ verifications, now }: VerificationContext, verification: Verification) {
  const seen = statusAt(verification, now());
  if (seen.status !== verification.status) await verifications.expireIfDue(verification.id, now());
  return seen;
}

/** A verification expires at its time, whether or not the cleanup job has updated its row. */
function statusAt(verification: Verification, now: Date) {
  const { status, expiresAt } = verification;
  if (status !== 'sent') return { status, expiresInSeconds: 0 };
  return isOverAt(verification, now)
    ? { status: 'expired' as const, expiresInSeconds: 0 }
    : { status, expiresInSeconds: secondsUntil(expiresAt, now) };
}
