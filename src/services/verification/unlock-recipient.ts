import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import type { VerificationContext } from './context.ts';
import { allLockHits } from './limits/failure-limits.ts';

/**
 * Lifts the failure lock of a number: an operator in every account, everybody else in their own.
 * The row in the activity log comes first, so that no unlock goes unseen.
 */
export async function unlockRecipient(
  { activity, limiter, limits }: VerificationContext,
  caller: Caller,
  phoneNumber: string,
): Promise<void> {
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
