import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { Limits } from '../../limits/limits.ts';

/** The facts that decide which limits an attempt counts on. */
type Attempt = {
  readonly ref: VerificationRef;
  /** The targeted verification, live or not. */
  readonly verification: Verification | undefined;
  /** Whether it accepts attempts, as far as was read. */
  readonly isLive: boolean;
};

/** `counted` is consumed before the comparison; `watched` is read without counting. */
export type AttemptHits = {
  readonly counted: readonly RateLimitHit[];
  readonly watched: readonly RateLimitHit[];
};

/**
 * A number has two locks. Anyone who knows the number can fill the lock for attempts by number, so it
 * refuses those only. Filling the lock for attempts by `verificationId` takes the id of a live code, which
 * only the caller who requested the code has.
 */
export function attemptHits(limits: Limits, { ref, verification, isLive }: Attempt): AttemptHits {
  const recent = recentAttemptsHit(limits, ref);
  if ('scope' in ref) {
    const { phoneNumber } = ref.scope;
    const inARow = { limit: limits.failuresInARow, subject: phoneNumber };
    const counted = [...lockHits(limits, phoneNumber), recent];
    const inARowById = { limit: limits.failuresInARowById, subject: phoneNumber };
    // Without a live code an attempt cannot succeed, so it must not count towards a permanent lock.
    return isLive
      ? { counted: [...counted, inARow], watched: [inARowById] }
      : { counted, watched: [inARow] };
  }
  if (!verification || !isLive) return { counted: [recent], watched: [] };
  const { phoneNumber } = verification;
  return {
    counted: [{ limit: limits.failuresInARowById, subject: phoneNumber }],
    watched: numberLockHits(limits, phoneNumber),
  };
}

/** The hits of the lock for attempts by number. A new send never resets it (NIST SP 800-63B-4 3.1.3.2). */
export function numberLockHits(limits: Limits, phoneNumber: string): RateLimitHit[] {
  return [...lockHits(limits, phoneNumber), { limit: limits.failuresInARow, subject: phoneNumber }];
}

/** The hits of both locks of a number. */
export function allLockHits(limits: Limits, phoneNumber: string): RateLimitHit[] {
  return [
    ...numberLockHits(limits, phoneNumber),
    { limit: limits.failuresInARowById, subject: phoneNumber },
  ];
}

/** Whether a number is locked against attempts by number. */
export function isNumberLocked(limits: Limits, rateLimits: readonly RateLimitStatus[]): boolean {
  return numberLocksOf(limits, rateLimits).length > 0;
}

/**
 * Until when a number is locked against attempts by number; undefined if it is not. The end of a
 * permanent lock is the time at which its counter is deleted.
 */
export function lockEndAt(
  limits: Limits,
  rateLimits: readonly RateLimitStatus[],
  now: Date,
): Date | undefined {
  const ends = numberLocksOf(limits, rateLimits).map(({ roomAt }) => roomAt.getTime());
  return ends.length === 0 ? undefined : new Date(Math.max(now.getTime(), ...ends));
}

/** The lock for attempts by `verificationId`, if both locks of a number are full: no code could be used. */
export function findFullLock(
  limits: Limits,
  rateLimits: readonly RateLimitStatus[],
): RateLimitStatus | undefined {
  if (!isNumberLocked(limits, rateLimits)) return undefined;
  return rateLimits.find(({ limit, isFull }) => isFull && limit === limits.failuresInARowById);
}

function numberLocksOf(
  limits: Limits,
  rateLimits: readonly RateLimitStatus[],
): readonly RateLimitStatus[] {
  const locks: readonly RateLimitStatus['limit'][] = [
    limits.failuresPerPhoneHour,
    limits.failuresPerPhoneDay,
    limits.failuresInARow,
  ];
  return rateLimits.filter(({ limit, isFull }) => isFull && locks.includes(limit));
}

function lockHits(limits: Limits, phoneNumber: string): RateLimitHit[] {
  return [
    { limit: limits.failuresPerPhoneHour, subject: phoneNumber },
    { limit: limits.failuresPerPhoneDay, subject: phoneNumber },
  ];
}

/** Counts recent attempts, in the same way with or without a live code, to show how many are left. */
function recentAttemptsHit(limits: Limits, ref: VerificationRef): RateLimitHit {
  const subject =
    'scope' in ref ? `${ref.scope.phoneNumber}|${ref.scope.purpose}` : ref.verificationId;
  return { limit: limits.recentAttempts, subject };
}
