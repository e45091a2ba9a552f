import type { Caller } from '../../../domain/access/caller.ts';
import { maskPhoneNumber } from '../../../domain/phone-number/phone-number.ts';
import type {
  IssuedChallenge,
  VerificationStatus,
} from '../../../services/verification/verification-service.ts';
import { presentSessionId } from '../session-names.ts';

/** What the sender may know of a challenge: field by field, so that nothing else slips out. */
export function presentSent(caller: Caller, issued: IssuedChallenge) {
  return {
    verificationId: issued.verificationId,
    phoneNumber: issued.phoneNumber,
    sessionId: presentSessionId(caller, issued.sessionId),
    channel: issued.channel,
    messageId: issued.messageId,
    status: 'sent' as const,
    expiresAt: issued.expiresAt.toISOString(),
    expiresIn: issued.expiresInSeconds,
    resendIn: issued.resendInSeconds,
    lockedUntil: issued.lockedUntil?.toISOString() ?? null,
  };
}

export function presentStatus(
  phoneNumber: string,
  { status, canVerify, lockedUntil, challenge, delivery, expiresInSeconds }: VerificationStatus,
) {
  return {
    status,
    phoneNumber: maskPhoneNumber(phoneNumber),
    canVerify,
    lockedUntil: lockedUntil?.toISOString() ?? null,
    isExpired: status === 'expired',
    attempts: challenge?.attempts ?? 0,
    maxAttempts: challenge?.maxAttempts ?? 0,
    createdAt: challenge?.createdAt.toISOString() ?? null,
    expiresAt: challenge?.expiresAt.toISOString() ?? null,
    expiresIn: expiresInSeconds,
    verifiedAt: challenge?.verifiedAt?.toISOString() ?? null,
    channel: challenge?.channel ?? null,
    delivery: delivery
      ? {
          channel: delivery.channel,
          status: delivery.status,
          reason: delivery.reason ?? null,
          updatedAt: delivery.updatedAt.toISOString(),
        }
      : null,
  };
}
