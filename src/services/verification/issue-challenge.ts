import type { Caller } from '../../domain/caller.ts';
import type { ChannelName } from '../../domain/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import type { Claim, Standing } from '../../domain/limit.ts';
import { type Locale, localeOfRegion } from '../../domain/locale.ts';
import { drawPasscode } from '../../domain/passcode.ts';
import type { Recipient } from '../../domain/phone-number.ts';
import { addSeconds } from '../../lib/clock.ts';
import { drawHandle } from '../../lib/secrets.ts';
import { writeMessage } from '../delivery/message-text.ts';
import { type Dependencies, overloaded, refuse } from './dependencies.ts';
import type { HashedPasscode } from './passcode-hasher.ts';
import { sendClaims } from './verification-claims.ts';

export type IssueRequest = {
  readonly caller: Caller;
  readonly recipient: Recipient;
  readonly purpose: string;
  readonly sessionId: string | undefined;
  readonly companyName: string | undefined;
  readonly channel: ChannelName | undefined;
  readonly locale: Locale | undefined;
};

export type IssuedChallenge = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly sessionId: string;
  readonly channel: ChannelName;
  readonly messageId: string;
  readonly expiresAt: Date;
  readonly expiresInSeconds: number;
  readonly resendInSeconds: number;
  readonly standings: readonly Standing[];
};

type Issue = {
  readonly opened: { readonly verificationId: string; readonly sessionId: string };
  readonly passcode: string;
  readonly claims: readonly Claim[];
};

export function createIssuing(dependencies: Dependencies) {
  const {
    challenges,
    delivery,
    limiter,
    limits,
    hasher,
    hashing,
    policy,
    metrics,
    logger,
    now,
    draw,
  } = dependencies;

  /**
   * Sends a fresh passcode to the recipient; a live one for the same purpose is over. The order
   * matters: limits, a place among the hashes, the row, then the channel.
   * @throws {AppError} `resend_too_soon` or `rate_limited` with the seconds to wait, `overloaded`,
   * `validation_failed` for a channel that is switched off, or `recipient_unreachable`,
   * `provider_unavailable` and `delivery_failed` when no channel took the message.
   */
  async function issueChallenge(request: IssueRequest): Promise<IssuedChallenge> {
    assertChannelIsOn(request.channel);
    const { caller, purpose } = request;
    const claims = sendClaims(limits, { phoneNumber: request.recipient.phoneNumber, purpose });
    const claimed = await limiter.claim(caller, claims);
    if (!claimed.granted) {
      metrics.sends.inc({ outcome: 'refused' });
      throw toRefusal(claimed.refusal);
    }
    const passcode = drawPasscode(policy.length, draw);
    const opened = await hashAndOpen(request, passcode).catch(async (error: unknown) => {
      await limiter.giveBack(caller, claims);
      throw error;
    });
    const sent = await deliver(request, { opened, passcode, claims });
    metrics.sends.inc({ outcome: 'sent' });
    return { ...opened, ...sent, standings: claimed.standings };
  }

  async function hashAndOpen(request: IssueRequest, passcode: string) {
    const ticket = hashing.enter();
    if (!ticket) throw overloaded();
    const hashed = await ticket.run(() => hasher.hash(passcode)).finally(ticket.leave);
    return openChallenge(request, hashed);
  }

  async function deliver(request: IssueRequest, { opened, passcode, claims }: Issue) {
    const { verificationId } = opened;
    const message = toMessage(request, opened, passcode);
    const result = await delivery
      .deliver(message, request.channel)
      .catch(async (error: unknown) => {
        const giveBack = limiter.giveBack(request.caller, claims);
        await Promise.allSettled([challenges.markFailed(verificationId, now()), giveBack]);
        throw error;
      });
    if (result.isAccepted) {
      const { channel, messageId, sessionId } = result;
      // The message is out and the challenge lives: a fault of the record must not hide that.
      const sent = { channel, messageId, sessionId };
      await challenges.markSent(verificationId, sent, now()).catch((err: unknown) => {
        logger.error({ err, verificationId }, 'the channel of a sent passcode is not on record');
      });
      return { channel, messageId, ...(sessionId !== undefined && { sessionId }) };
    }
    metrics.sends.inc({ outcome: 'failed' });
    await challenges.markFailed(verificationId, now());
    // A message that may be on its way stays counted, but does not make the person wait.
    const isCooldown = ({ limit }: Claim) => limit === limits.cooldown;
    await limiter.giveBack(
      request.caller,
      result.mayHaveArrived ? claims.filter(isCooldown) : claims,
    );
    throw result.error;
  }

  async function openChallenge(request: IssueRequest, hashed: HashedPasscode) {
    const { caller, recipient, purpose, companyName } = request;
    const { accountId, ipAddress, userAgent } = caller;
    const { phoneNumber } = recipient;
    const sessionId = request.sessionId ?? policy.defaultSession;
    const createdAt = now();
    const expiresAt = addSeconds(createdAt, policy.ttlSeconds);
    const verificationId = drawHandle(24);
    const { maxAttempts } = policy;
    const isOpen = await challenges.open(
      {
        ...{ accountId, phoneNumber, purpose, verificationId, sessionId, maxAttempts, expiresAt },
        ...{ companyName, ipAddress, userAgent },
        ...hashed,
      },
      createdAt,
    );
    if (!isOpen) {
      throw new AppError('resend_too_soon', 'A passcode is being sent to this number right now', {
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

  function toMessage(
    request: IssueRequest,
    { verificationId, sessionId }: { verificationId: string; sessionId: string },
    passcode: string,
  ) {
    const { ttlSeconds } = policy;
    const { caller, recipient, companyName } = request;
    const { locale = localeOfRegion(recipient.region) } = request;
    return {
      accountId: caller.accountId,
      recipient: recipient.phoneNumber,
      passcode,
      text: writeMessage({ passcode, ttlSeconds, companyName, locale }),
      verificationId,
      session: request.sessionId,
      sessionId,
      locale,
      companyName,
    };
  }

  function assertChannelIsOn(channel: ChannelName | undefined): void {
    if (channel === undefined || delivery.channelNames.includes(channel)) return;
    const message = `is not switched on here; this service sends by ${delivery.channelNames.join(', ')}`;
    throw new AppError('validation_failed', 'The request is not valid', {
      errors: [{ path: 'channel', message }],
    });
  }

  function toRefusal(refusal: Standing): AppError {
    return refusal.limit === limits.cooldown
      ? refuse('resend_too_soon', 'Wait before asking for another passcode', refusal)
      : refuse('rate_limited', 'Too many passcodes were asked for', refusal);
  }

  return { issueChallenge };
}
