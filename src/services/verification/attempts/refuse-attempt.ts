import { AppError } from '../../../domain/errors.ts';
import { type RateLimitStatus, toRate } from '../../../domain/rate-limit.ts';
import { isEmailRecipient, nounOf } from '../../../domain/recipient.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { Limits } from '../../limits/limits.ts';
import type { SharedLevel } from '../limits/shared-failures.ts';

/** The error for an attempt that full limits refuse, while `others` at the same number are in flight. */
export function refuseLocked(
  limits: Limits,
  full: readonly RateLimitStatus[],
  others: number,
): AppError {
  const [refusal] = [...full].sort((a, b) => waitOf(b) - waitOf(a));
  if (!refusal) throw new Error('a limit refused without being full');
  const noun = nounOf(refusal.subject);
  // Attempts in flight are counted, but may be right. Then there will soon be room.
  if (!full.some((one) => isFullWithout(one, others))) {
    const message = `Other attempts for this ${noun} are being checked. Try again in a second.`;
    return new AppError('otp_locked', message, { retryAfterSeconds: 1, refusal });
  }
  const byRecipient = isEmailRecipient(refusal.subject) ? 'email' : 'phoneNumber';
  const otherWay = refusal.limit === limits.failuresInARowById ? byRecipient : 'verificationId';
  const message =
    refusal.resetSeconds === undefined
      ? `Too many wrong codes in a row for this ${noun}. Send a correct code with ${otherWay}, or unlock the ${noun}.`
      : `Too many wrong codes for this ${noun}. It is locked for some time.`;
  return refuse('otp_locked', message, refusal);
}

/**
 * The error for an attempt by number that must not be compared although its limits have room; undefined
 * if it may. Attempts by `verificationId` always may.
 */
export function refuseByNumber(
  limits: Limits,
  ref: VerificationRef,
  { watched, level }: { readonly watched: readonly RateLimitStatus[]; readonly level: SharedLevel },
): AppError | undefined {
  if (!('scope' in ref)) return undefined;
  const lock = watched.find(({ limit, isFull }) => isFull && limit === limits.failuresInARow);
  if (lock) return refuseLocked(limits, [lock], 0);
  if (level.name !== 'refusing') return undefined;
  const message = 'Too many wrong codes. Verify with verificationId, or wait.';
  return refuse('rate_limited', message, level.status);
}

/** Whether a full limit would be full without the latest `others` events. */
function isFullWithout({ limit, used }: RateLimitStatus, others: number): boolean {
  return used - others >= toRate(limit).burst;
}

function waitOf({ resetSeconds }: RateLimitStatus): number {
  return resetSeconds ?? Number.MAX_SAFE_INTEGER;
}
