import type { Caller } from '../../../domain/access/caller.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { VerificationContext } from '../context.ts';
import { refundsOnVerified } from '../limits/send-budget.ts';
import { logApproved } from '../verification-log.ts';

/**
 * Verifies a recipient without a code, because the caller has another proof. Its send is refunded, as after a correct
 * code; wrong codes stay counted. False, without a change, if the verification is no longer live.
 */
export async function approveVerification(
  ctx: VerificationContext,
  caller: Caller,
  verification: Verification,
): Promise<boolean> {
  const { id, phoneNumber, purpose } = verification;
  const cooldown = { limit: ctx.limits.cooldown, subject: `${phoneNumber}|${purpose}` };
  const refunded = await refundsOnVerified(ctx, caller, verification);
  const hits = { cleared: [cooldown], refunded };
  const isFirst = await ctx.limiter.settle(caller, hits, (settlement) =>
    ctx.verifications.markVerified(id, ctx.now(), settlement),
  );
  if (isFirst) logApproved(ctx, caller, verification);
  return isFirst;
}
