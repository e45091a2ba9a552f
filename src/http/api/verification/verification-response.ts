import type { Caller } from '../../../domain/access/caller.ts';
import { failureReasonOf } from '../../../domain/delivery/delivery.ts';
import { maskRecipient } from '../../../domain/recipient.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import type { StartedVerification } from '../../../services/verification/create-verification.ts';
import type { VerificationDetails } from '../../../services/verification/read-status.ts';
import { presentRecipient } from '../recipient-response.ts';
import { presentSessionId } from '../session-names.ts';

/** Presents a new verification whose code was sent. */
export function presentSent(caller: Caller, issued: StartedVerification) {
  return presentStarted(caller, issued, 'sent');
}

/** Presents one whose code is being sent. */
export function presentPending(caller: Caller, issued: StartedVerification) {
  return presentStarted(caller, issued, 'pending');
}

/** Field by field, so that no other field can leak. */
function presentStarted<Status extends string>(
  caller: Caller,
  issued: StartedVerification,
  status: Status,
) {
  return {
    verificationId: issued.verificationId,
    ...presentRecipient(issued.phoneNumber),
    sessionId: presentSessionId(caller, issued.sessionId),
    channel: issued.channel,
    messageId: issued.messageId,
    status,
    expiresAt: issued.expiresAt.toISOString(),
    expiresIn: issued.expiresInSeconds,
    resendIn: issued.resendInSeconds,
    lockedUntil: issued.lockedUntil?.toISOString() ?? null,
  };
}

/** Presents a verification that succeeded. */
export function presentVerified(
  caller: Caller,
  { verification, verifiedAt }: { readonly verification: Verification; readonly verifiedAt: Date },
) {
  return {
    verificationId: verification.verificationId,
    ...presentRecipient(verification.phoneNumber),
    sessionId: presentSessionId(caller, verification.sessionId),
    purpose: verification.purpose,
    verifiedAt: verifiedAt.toISOString(),
  };
}

export function presentStatus(
  recipient: string,
  { status, canVerify, lockedUntil, verification, delivery, expiresInSeconds }: VerificationDetails,
) {
  return {
    status,
    ...presentRecipient(maskRecipient(recipient)),
    canVerify,
    lockedUntil: lockedUntil?.toISOString() ?? null,
    isExpired: status === 'expired',
    attempts: verification?.attempts ?? 0,
    maxAttempts: verification?.maxAttempts ?? 0,
    createdAt: verification?.createdAt.toISOString() ?? null,
    expiresAt: verification?.expiresAt.toISOString() ?? null,
    expiresIn: expiresInSeconds,
    verifiedAt: verification?.verifiedAt?.toISOString() ?? null,
    channel: verification?.channel ?? null,
    delivery: delivery
      ? {
          channel: delivery.channel,
          status: delivery.status,
          reason: failureReasonOf(delivery) ?? null,
          updatedAt: delivery.updatedAt.toISOString(),
        }
      : null,
  };
}
