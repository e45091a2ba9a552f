import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted, isPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { isOverAt, type Verification } from '../../domain/verification/verification.ts';
import type { VerificationRef } from '../../storage/verification/verification-store.ts';
import type { VerificationContext } from './context.ts';
import { findTestNumber } from './test-numbers.ts';

/** Whose code is meant: by number and purpose, or by the handle that sending returned. */
export type CheckTarget = {
  readonly ref: VerificationRef;
  /** When given beside a handle, a verification of another number is not the one. */
  readonly phoneNumber?: string | undefined;
  /** When given, a verification of another session or purpose is not the one. */
  readonly sessionId: string | undefined;
  readonly purpose: string | undefined;
};

/**
 * The verification that a target names. One that the caller's key is not for is not there.
 * @throws {AppError} `forbidden` when the target itself names what the key is not for, or a test
 * number to a live key, or the other way round.
 */
export async function findVerification(
  ctx: VerificationContext,
  caller: Caller,
  { ref, sessionId, purpose }: CheckTarget,
): Promise<Verification | undefined> {
  const scope = 'scope' in ref ? ref.scope : undefined;
  assertPermitted(caller.restrictions, { sessionId, purpose: scope?.purpose ?? purpose });
  if (scope) await findTestNumber(ctx.testNumbers, caller, scope.phoneNumber);
  const found = await ctx.verifications.find(ref);
  return found && isVisible(caller, found) ? found : undefined;
}

/** `found`, when it is the verification that `target` means; undefined when it is another one. */
export function pickMeant(
  found: Verification | undefined,
  target: CheckTarget,
): Verification | undefined {
  return found && isTarget(found, target) ? found : undefined;
}

function isTarget(
  verification: Verification,
  { phoneNumber, sessionId, purpose }: CheckTarget,
): boolean {
  return (
    (phoneNumber === undefined || verification.phoneNumber === phoneNumber) &&
    (sessionId === undefined || verification.sessionId === sessionId) &&
    (purpose === undefined || verification.purpose === purpose)
  );
}

/** Whether a verification takes an attempt at `now`, as far as was read: the guarded statement decides. */
export function isOpen(verification: Verification, now: Date): boolean {
  const { status, attempts, maxAttempts } = verification;
  return status === 'sent' && attempts < maxAttempts && !isOverAt(verification, now);
}

function isVisible({ restrictions, mode }: Caller, verification: Verification): boolean {
  const isTest = verification.channel === TEST_CHANNEL;
  return isTest === (mode === 'test') && isPermitted(restrictions, verification);
}
