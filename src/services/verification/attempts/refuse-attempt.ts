import { AppError } from '../../../domain/errors.ts';
import { type RateLimitStatus, toRate } from '../../../domain/rate-limit.ts';
import { refuse } from '../../../domain/refusal.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { Limits } from '../../limits/limits.ts';
import type { SharedLevel } from '../limits/shared-failures.ts';

/** The answer to an attempt that full limits refuse, while `others` at the same number are in flight. */
export function refuseLocked(
  limits: Limits,
  full: readonly RateLimitStatus[],
  others: number,
): AppError {
  const [refusal] = [...full].sort((a, b) => waitOf(b) - waitOf(a));
  if (!refusal) throw new Error('a limit refused without being full');
  // What is in flight is counted, but may be right: then there is room in a moment.
  if (!full.some((one) => isFullWithout(one, others))) {
    const message = 'Other attempts for this number are being checked: try again in a second';
    return new AppError('otp_locked', message, { retryAfterSeconds: 1, refusal });
  }
  const otherWay = refusal.limit === limits.failuresInARowById ? 'phoneNumber' : 'verificationId';
  const message =
    refusal.resetSeconds === undefined
      ? `Too many wrong codes in a row for this number. It takes a right code by ${otherWay}, or an unlock.`
      : 'Too many wrong codes for this number: it is locked for a while';
  return refuse('otp_locked', message, refusal);
}

/**
 * Why an attempt by number is not compared although its limits have room; undefined when it is. An
 * attempt by `verificationId` always is.
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
  const message = 'Too many wrong codes: verify with verificationId, or wait';
  return refuse('rate_limited', message, level.status);
}

/** Whether a full limit would be full without the latest `others` events. */
function isFullWithout({ limit, used }: RateLimitStatus, others: number): boolean {
  return used - others >= toRate(limit).burst;
}

function waitOf({ resetSeconds }: RateLimitStatus): number {
  return resetSeconds ?? Number.MAX_SAFE_INTEGER;
}
