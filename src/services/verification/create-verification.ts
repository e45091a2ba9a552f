import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { isPermitted } from '../../domain/access/key-restrictions.ts';
import type { ChannelName } from '../../domain/delivery/delivery.ts';
import type { Locale } from '../../domain/delivery/locale.ts';
import { AppError } from '../../domain/errors.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { HashedCode } from './code-hasher.ts';
import type { Dependencies } from './context.ts';

export type StartRequest = {
  readonly caller: Caller;
  readonly recipient: Recipient;
  readonly purpose: string;
  readonly sessionId: string | undefined;
  readonly companyName: string | undefined;
  readonly channel: ChannelName | undefined;
  readonly locale: Locale | undefined;
  /** Whose sessions send the message: the caller's account unless it has none of its own. */
  readonly senderAccountId?: string;
};

/** Puts verifications on record, each as the live one of its recipient and purpose. */
export function createOpening({
  verifications,
  policy,
  nodeId,
  now,
}: Pick<Dependencies, 'verifications' | 'policy' | 'nodeId' | 'now'>) {
  /** @throws {AppError} `resend_too_soon` when another caller does the same in this moment. */
  async function createVerification(request: StartRequest, hashed: HashedCode) {
    const { caller, recipient, purpose, companyName } = request;
    const { accountId, ipAddress, userAgent } = caller;
    const { phoneNumber, region } = recipient;
    const sessionId = sessionToNote(request);
    const createdAt = now();
    const expiresAt = addSeconds(createdAt, policy.ttlSeconds);
    const verificationId = randomId(24);
    const { maxAttempts } = policy;
    const isOpen = await verifications.open(
      {
        ...{ accountId, phoneNumber, purpose, verificationId, sessionId, maxAttempts, expiresAt },
        ...{ region, companyName, ipAddress, userAgent, nodeId },
        sentBy: formatPrincipal(caller.principal),
        ...hashed,
      },
      createdAt,
    );
    if (!isOpen) {
      throw new AppError('resend_too_soon', 'A code is being sent to this number right now', {
        retryAfterSeconds: Math.max(1, policy.resendSeconds),
      });
    }
    return {
      verificationId,
      phoneNumber,
      sessionId,
      expiresAt,
      expiresInSeconds: policy.ttlSeconds,
      resendInSeconds: policy.resendSeconds,
    };
  }

  /** The session that a verification is on record under until a channel tells another. */
  function sessionToNote({ caller, sessionId }: StartRequest): string {
    if (sessionId !== undefined) return sessionId;
    const { accountId, restrictions } = caller;
    const byDefault = toSessionId(accountId, policy.defaultSession);
    if (isPermitted(restrictions, { sessionId: byDefault })) return byDefault;
    // One that the key may use, or else it could not verify what it sent.
    return restrictions.sessions?.[0] ?? byDefault;
  }

  return createVerification;
}
