import type { Claim, Standing } from '../../../domain/rate-limit.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { Limits } from '../../limits/limits.ts';

/** An attempt, by what it is counted against. */
type Attempt = {
  readonly ref: VerificationRef;
  /** The verification that is meant, live or not. */
  readonly verification: Verification | undefined;
  /** Whether it takes attempts, as far as was read. */
  readonly isLive: boolean;
};

/** `counted` before the comparison; `watched` is read with it. */
export type AttemptClaims = {
  readonly counted: readonly Claim[];
  readonly watched: readonly Claim[];
};

/**
 * A number has two locks. Everybody who knows the number can fill the one of attempts by number, so it
 * refuses attempts by number alone. The one of attempts by `verificationId` takes the id of a live code,
 * which only whoever asked for the code has.
 */
export function attemptClaims(
  limits: Limits,
  { ref, verification, isLive }: Attempt,
): AttemptClaims {
  const recent = recentAttemptsClaim(limits, ref);
  if ('scope' in ref) {
    const { phoneNumber } = ref.scope;
    const inARow = { limit: limits.failuresInARow, subject: phoneNumber };
    const counted = [...lockClaims(limits, phoneNumber), recent];
    const inARowById = { limit: limits.failuresInARowById, subject: phoneNumber };
    // An attempt where no code lives cannot succeed: it must not bring the number nearer to a lasting lock.
    return isLive
      ? { counted: [...counted, inARow], watched: [inARowById] }
      : { counted, watched: [inARow] };
  }
  if (!verification || !isLive) return { counted: [recent], watched: [] };
  const { phoneNumber } = verification;
  return {
    counted: [{ limit: limits.failuresInARowById, subject: phoneNumber }],
    watched: numberLockClaims(limits, phoneNumber),
  };
}

/** What locks a number against attempts by number. Sending again never resets it (NIST SP 800-63B-4 3.1.3.2). */
export function numberLockClaims(limits: Limits, phoneNumber: string): Claim[] {
  return [
    ...lockClaims(limits, phoneNumber),
    { limit: limits.failuresInARow, subject: phoneNumber },
  ];
}

/** Both locks of a number. */
export function allLockClaims(limits: Limits, phoneNumber: string): Claim[] {
  return [
    ...numberLockClaims(limits, phoneNumber),
    { limit: limits.failuresInARowById, subject: phoneNumber },
  ];
}

/** Whether a number is locked against attempts by number. */
export function isNumberLocked(limits: Limits, standings: readonly Standing[]): boolean {
  return numberLocksOf(limits, standings).length > 0;
}

/**
 * Until when a number is locked against attempts by number; undefined when it is not. A lock that has
 * no end of its own is said to end when its count is forgotten.
 */
export function lockEndAt(
  limits: Limits,
  standings: readonly Standing[],
  now: Date,
): Date | undefined {
  const ends = numberLocksOf(limits, standings).map(({ roomAt }) => roomAt.getTime());
  return ends.length === 0 ? undefined : new Date(Math.max(now.getTime(), ...ends));
}

/** The lock of attempts by handle, when both locks of a number are full: no code could be used. */
export function findFullLock(limits: Limits, standings: readonly Standing[]): Standing | undefined {
  if (!isNumberLocked(limits, standings)) return undefined;
  return standings.find(({ limit, isFull }) => isFull && limit === limits.failuresInARowById);
}

function numberLocksOf(limits: Limits, standings: readonly Standing[]): readonly Standing[] {
  const locks: readonly Standing['limit'][] = [
    limits.failuresPerPhoneHour,
    limits.failuresPerPhoneDay,
    limits.failuresInARow,
  ];
  return standings.filter(({ limit, isFull }) => isFull && locks.includes(limit));
}

function lockClaims(limits: Limits, phoneNumber: string): Claim[] {
  return [
    { limit: limits.failuresPerPhoneHour, subject: phoneNumber },
    { limit: limits.failuresPerPhoneDay, subject: phoneNumber },
  ];
}

/** The attempts of late, which tell how many attempts are left, alike whether or not there is a code. */
function recentAttemptsClaim(limits: Limits, ref: VerificationRef): Claim {
  const subject =
    'scope' in ref ? `${ref.scope.phoneNumber}|${ref.scope.purpose}` : ref.verificationId;
  return { limit: limits.recentAttempts, subject };
}
