import type { Caller } from '../../../domain/access/caller.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import { approveVerification } from '../attempts/approve-verification.ts';
import { expireVerification } from '../expire-verification.ts';
import {
  getServiceVerification,
  isPending,
  noSuchVerification,
  type ServiceTarget,
} from './check-service-code.ts';
import type { TwilioContext, VerifyService } from './context.ts';
import { toServiceContext } from './service-policy.ts';

export const endings = ['canceled', 'approved'] as const;
export type Ending = (typeof endings)[number];

/**
 * Cancels or approves a pending verification at the caller's request. Of callers at the same moment, one succeeds.
 * @throws {AppError} `not_found` if none is pending.
 */
export async function endServiceVerification(
  ctx: TwilioContext,
  caller: Caller,
  service: VerifyService,
  { target, ending }: { readonly target: ServiceTarget; readonly ending: Ending },
): Promise<Verification> {
  const found = await getServiceVerification(ctx, caller, service, target);
  if (!isPending(ctx, found)) throw noSuchVerification();
  const ofService = await toServiceContext(ctx, service, found.phoneNumber);
  const { accountId, verificationId } = found;
  const ref = { accountId, verificationId };
  const hasEnded =
    ending === 'approved'
      ? await approveVerification(ofService, caller, found)
      : (await expireVerification(ofService, caller, {
          ...{ ref, purpose: service.purpose, sessionId: undefined },
        })) === 1;
  if (!hasEnded) throw noSuchVerification();
  return found;
}
