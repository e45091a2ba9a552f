import type { Caller } from '../../domain/access/caller.ts';
import { assertPermitted, isPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { isOverAt, type Verification } from '../../domain/verification/verification.ts';
import type { VerificationRef } from '../../storage/verification/verification-store.ts';
import type { VerificationContext } from './context.ts';
import { findTestNumber } from './test-numbers.ts';

/** Names a verification: by recipient and purpose, or by the `verificationId` that sending returned. */
export type CheckTarget = {
  readonly ref: VerificationRef;
  /** If given with a `verificationId`, the verification must be for this recipient. */
  readonly phoneNumber?: string | undefined;
  /** If given, the verification must have this session. The same applies to `purpose`. */
  readonly sessionId: string | undefined;
  readonly purpose: string | undefined;
};

/**
 * Finds the verification that a target names; undefined if the caller's key does not permit it.
 * @throws {AppError} `forbidden` when the target itself names a session or purpose that the key does not
 * permit, or a test number with a live key, or a real number with a test key.
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

/** Returns `found` if it matches all of `target`; undefined otherwise. */
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

/** Whether a verification has, or had, a code: one by an incoming message only has the one that is sent back. */
export function hasCode({ method, codeDigest }: Verification): boolean {
  return method === 'code' || codeDigest !== '';
}

/** Whether a verification accepts attempts at `now`, as far as was read. The guarded statement decides. */
export function isOpen(verification: Verification, now: Date): boolean {
  const { status, attempts, maxAttempts } = verification;
  return status === 'sent' && attempts < maxAttempts && !isOverAt(verification, now);
}

/** Whether the caller's key permits a verification of its account. */
export function isVisible({ restrictions, mode }: Caller, verification: Verification): boolean {
  const isTest = verification.channel === TEST_CHANNEL;
  return isTest === (mode === 'test') && isPermitted(restrictions, verification);
}
