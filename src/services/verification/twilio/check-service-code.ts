import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import { isOverAt, type Verification } from '../../../domain/verification/verification.ts';
import { checkCode } from '../check-code.ts';
import { findVerification, pickMeant } from '../find-verification.ts';
import type { TwilioContext, VerifyService } from './context.ts';
import { toServiceContext } from './service-policy.ts';

/** Names a verification of a service: the live one of a recipient, or one by its ID. */
export type ServiceTarget = { readonly phoneNumber: string } | { readonly verificationId: string };

export type ServiceCheck = {
  readonly isApproved: boolean;
  readonly verification: Verification;
};

/**
 * Checks a code of a service. A wrong one leaves the verification pending.
 * @throws {AppError} `not_found` if no verification is pending; `otp_locked` if its checks are used up, or if the number
 * is locked; otherwise as `checkCode`.
 */
export async function checkServiceCode(
  ctx: TwilioContext,
  caller: Caller,
  service: VerifyService,
  { target, code }: { readonly target: ServiceTarget; readonly code: string },
): Promise<ServiceCheck> {
  const phoneNumber =
    'phoneNumber' in target
      ? target.phoneNumber
      : ((await findOfService(ctx, caller, service, target))?.phoneNumber ?? '');
  const ofService = await toServiceContext(ctx, service, phoneNumber);
  const result = await checkCode(ofService, caller, toCheckTarget(caller, service, target), code);
  if (result.outcome === 'verified') return { isApproved: true, verification: result.verification };
  if (result.compared) return { isApproved: false, verification: result.compared };
  const found = await findOfService(ctx, caller, service, target);
  if (found && isPending(ctx, found))
    throw new AppError('otp_locked', 'Max check attempts reached');
  throw noSuchVerification();
}

/**
 * Finds a verification of a service that is pending, or was approved.
 * @throws {AppError} `not_found` for one that has expired, was cancelled or does not exist.
 */
export async function getServiceVerification(
  ctx: TwilioContext,
  caller: Caller,
  service: VerifyService,
  target: ServiceTarget,
): Promise<Verification> {
  const found = await findOfService(ctx, caller, service, target);
  if (found && (found.status === 'verified' || isPending(ctx, found))) return found;
  throw noSuchVerification();
}

/** Whether a verification can still be approved, as far as was read. */
export function isPending({ verification }: TwilioContext, found: Verification): boolean {
  return found.status === 'sent' && !isOverAt(found, verification.now());
}

export function noSuchVerification(): AppError {
  return new AppError('not_found', 'The requested verification was not found');
}

/** How the verification is named to the functions that all verifications have. */
function toCheckTarget({ accountId }: Caller, { purpose }: VerifyService, target: ServiceTarget) {
  const ref =
    'phoneNumber' in target
      ? { scope: { accountId, phoneNumber: target.phoneNumber, purpose } }
      : { accountId, verificationId: target.verificationId };
  return { ref, purpose, sessionId: undefined };
}

async function findOfService(
  { verification }: TwilioContext,
  caller: Caller,
  service: VerifyService,
  target: ServiceTarget,
): Promise<Verification | undefined> {
  const meant = toCheckTarget(caller, service, target);
  return pickMeant(await findVerification(verification, caller, meant), meant);
}
