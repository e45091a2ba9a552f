import { type Caller, formatPrincipal } from '../../domain/access/caller.ts';
import { isPermitted } from '../../domain/access/key-restrictions.ts';
import type { Locale } from '../../domain/delivery/locale.ts';
import type { RequestedStep } from '../../domain/delivery/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import type { Recipient } from '../../domain/phone-number/phone-number.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { nounOf } from '../../domain/recipient.ts';
import { toSessionId } from '../../domain/whatsapp/session-id.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import type { HashedCode } from './code-hasher.ts';
import type { VerificationContext } from './context.ts';

export type StartRequest = {
  readonly caller: Caller;
  readonly recipient: Recipient;
  readonly purpose: string;
  readonly sessionId: string | undefined;
  readonly companyName: string | undefined;
  /** The only channel to try; undefined for all enabled channels. */
  readonly channel: string | undefined;
  /** The steps to take instead of those of the account or the configuration. */
  readonly workflow?: readonly RequestedStep[] | undefined;
  /** Where channels send that reach an email address; by default, to a recipient that is one. */
  readonly email?: string | undefined;
  /** Whether the code that is live, if there is one, is sent again. */
  readonly isResend?: boolean;
  /** Whether the caller does not wait for the channel. */
  readonly isAsync?: boolean;
  readonly locale: Locale | undefined;
  /** The account whose sessions send the message. By default, the caller's. */
  readonly senderAccountId?: string;
};

/** A stored verification, before its code is sent. */
export type OpenedVerification = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
  readonly expiresInSeconds: number;
  readonly resendInSeconds: number;
};

/** A verification whose code was sent, or is being sent. */
export type StartedVerification = OpenedVerification & {
  /** The channel that accepted the message, or `test`; of a pending one, the channel that is tried first. */
  readonly channel: string;
  readonly messageId: string;
  /** Whether the caller does not wait for the channel. */
  readonly isPending: boolean;
  /** Until when attempts by number are refused; an attempt by `verificationId` is not. */
  readonly lockedUntil: Date | undefined;
  readonly rateLimits: readonly RateLimitStatus[];
};

/** The first attempt to deliver the message of a verification, and what later ones need. */
type FirstSend = {
  /** Seals what later attempts need for a verification with this id. */
  readonly sealFor?: (verificationId: string) => string;
  readonly firstDelivery?: FirstDelivery | undefined;
};

/**
 * Inserts a verification as the live one of its recipient and purpose, with the first attempt to deliver
 * its message, if one is made. The previous one ends, unless the policy keeps it.
 * @throws {AppError} `resend_too_soon` when another caller does the same at that moment, or the live one is kept.
 */
export async function createVerification(
  ctx: VerificationContext,
  request: StartRequest,
  hashed: HashedCode,
  { sealFor, firstDelivery }: FirstSend = {},
): Promise<OpenedVerification> {
  const { policy, nodeId } = ctx;
  const { caller, recipient, purpose, companyName } = request;
  const { accountId, ipAddress, userAgent } = caller;
  const { phoneNumber, region } = recipient;
  const { maxAttempts } = policy;
  const sessionId = chooseSession(ctx, request);
  const sentBy = formatPrincipal(caller.principal);
  const createdAt = ctx.now();
  const expiresAt = addSeconds(createdAt, policy.ttlSeconds);
  const verificationId = ctx.drawVerificationId();
  const row = {
    accountId,
    phoneNumber,
    purpose,
    verificationId,
    sessionId,
    maxAttempts,
    expiresAt,
  };
  const origin = { region, companyName, ipAddress, userAgent, nodeId, sentBy };
  const sealedMessage = sealFor?.(verificationId);
  const created = { ...row, ...origin, ...hashed, sealedMessage };
  const { keepsLiveCode = false } = policy;
  const isOpen = await ctx.verifications.open(created, createdAt, {
    delivery: firstDelivery,
    keepsLive: keepsLiveCode,
  });
  if (!isOpen) {
    const message = `A code is being sent to this ${nounOf(phoneNumber)} right now`;
    throw new AppError('resend_too_soon', message, {
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

/** The session in the row until a channel reports which one it used. */
function chooseSession(
  { policy }: VerificationContext,
  { caller, sessionId }: StartRequest,
): string {
  if (sessionId !== undefined) return sessionId;
  const { accountId, restrictions } = caller;
  const byDefault = toSessionId(accountId, policy.defaultSession);
  if (isPermitted(restrictions, { sessionId: byDefault })) return byDefault;
  // A session that the key may use. Otherwise it could not verify the code that it sent.
  return restrictions.sessions?.[0] ?? byDefault;
}
