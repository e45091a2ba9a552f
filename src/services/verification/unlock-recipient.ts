import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import type { VerificationContext } from './context.ts';
import { allLockHits } from './limits/failure-limits.ts';

/**
 * Unlocks a number: for an operator in all accounts, for other callers in their own. The activity log is
 * written first, so that no unlock is missing from it.
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
