import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { isOverAt } from '../../../domain/verification/verification.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import type { CheckResult } from '../check-code.ts';
import { type CheckTarget, findVerification, pickMeant } from '../find-verification.ts';
import type { InboundContext } from './context.ts';

/** How long the result can be redeemed, in seconds. */
const REDEEMABLE_SECONDS = 600;

/** It has expired, or was handed out before. */
const OVER = { outcome: 'invalid', attemptsLeft: 0 } as const;

/**
 * Hands out, once, that a message has verified its sender. It takes the place of a check of a code.
 * @throws {AppError} `verification_pending` while the message has not arrived; `validation_failed` if the verification
 * needs a code; `forbidden` as `findVerification`.
 */
export async function redeemInbound(
  ctx: InboundContext,
  caller: Caller,
  target: CheckTarget,
): Promise<CheckResult> {
  const verification = pickMeant(await findVerification(ctx.verification, caller, target), target);
  const found = verification && (await ctx.inbound.find(verification.verificationId));
  // Whether there is a verification by a code remains hidden.
  if (!found || found.inbound.returnsCode) throw invalidField('otp', 'is missing', 'required');
  const now = ctx.verification.now();
  const { status, verifiedAt, verificationId } = found.verification;
  if (status === 'sent' && !isOverAt(found.verification, now)) {
    throw new AppError('verification_pending', 'The message has not arrived yet');
  }
  const isFresh = verifiedAt && addSeconds(verifiedAt, REDEEMABLE_SECONDS) > now;
  if (status !== 'verified' || !isFresh) return OVER;
  const isFirst = await ctx.inbound.redeem(verificationId, now);
  if (!isFirst) return OVER;
  return { outcome: 'verified', verification: found.verification, verifiedAt };
}
