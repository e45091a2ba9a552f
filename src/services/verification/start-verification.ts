import pRetry from 'p-retry';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { type ChannelName, TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { localeOfRegion } from '../../domain/delivery/locale.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import { generateCode } from '../../domain/verification/code.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { writeMessage } from '../delivery/templates/message-text.ts';
import type { HashedCode } from './code-hasher.ts';
import type { Dependencies } from './context.ts';
import { createOpening, type StartRequest } from './create-verification.ts';
import { findFullLock, lockEndAt } from './limits/failure-limits.ts';
import { type ConsumedBudget, createSendBudget } from './limits/send-budget.ts';
import { createGivingUp } from './settle-sends.ts';
import { createTelling } from './verification-audit.ts';

export type StartedVerification = {
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly sessionId: string;
  readonly channel: ChannelName | typeof TEST_CHANNEL;
  readonly messageId: string;
  readonly expiresAt: Date;
  readonly expiresInSeconds: number;
  readonly resendInSeconds: number;
  /** Until when attempts by number are refused; an attempt by `verificationId` is not. */
  readonly lockedUntil: Date | undefined;
  readonly rateLimits: readonly RateLimitStatus[];
};

/** How callers at the same moment take turns at opening the verification of one test number. */
const TURNS = {
  retries: 20,
  minTimeout: 5,
  maxTimeout: 50,
  randomize: true,
  shouldRetry: ({ error }: { error: Error }) =>
    error instanceof AppError && error.code === 'resend_too_soon',
};

type Issue = {
  readonly opened: { readonly verificationId: string; readonly sessionId: string };
  readonly code: string;
  readonly consumed: ConsumedBudget;
};

export function createIssuing(dependencies: Dependencies) {
  const {
    verifications,
    testNumbers,
    delivery,
    limiter,
    limits,
    hasher,
    hashing,
    suspects,
    policy,
    metrics,
    logger,
    now,
    draw,
  } = dependencies;
  const createVerification = createOpening(dependencies);
  const { consumeSendBudget, refundFailed } = createSendBudget(dependencies);
  const assertNotGivenUp = createGivingUp(dependencies);
  const { tellIssued, tellRefused } = createTelling(dependencies);

  /**
   * Sends a fresh code to the recipient; a live one for the same purpose is over. The order
   * matters: limits, a place among the hashes, the row, then the channel.
   * @throws {AppError} `forbidden` for what the caller's key is not for, among that test numbers for a
   * live key and real ones for a test key; `resend_too_soon` or `rate_limited` with the seconds to wait, `overloaded`,
   * `validation_failed` for a channel that is switched off, or `recipient_unreachable`,
   * `provider_unavailable` and `delivery_failed` when no channel took the message.
   */
  async function startVerification(request: StartRequest): Promise<StartedVerification> {
    try {
      const issued = await limitAndSend(request);
      tellIssued(request, issued);
      return issued;
    } catch (error) {
      tellRefused(request, error);
      throw error;
    }
  }

  async function limitAndSend(request: StartRequest): Promise<StartedVerification> {
    assertChannelIsOn(request.channel);
    const { caller, purpose, sessionId } = request;
    const { region } = request.recipient;
    assertPermitted(caller.restrictions, { sessionId, purpose, region });
    const testNumber = await testNumbers.findFor(caller, request.recipient.phoneNumber);
    if (testNumber) return startTestVerification(request, testNumber);
    const consumed = await consumeSendBudget(request);
    const locked = findFullLock(limits, consumed.watched);
    if (locked) {
      await limiter.refund(caller, consumed.hits);
      metrics.sends.inc({ outcome: 'refused' });
      throw refuse('otp_locked', 'This number takes no code any more until it is unlocked', locked);
    }
    const lockedUntil = lockEndAt(limits, consumed.watched, now());
    const code = generateCode(policy.length, draw);
    const opened = await hashAndOpen(request, code).catch(async (error: unknown) => {
      await limiter.refund(caller, consumed.hits);
      throw error;
    });
    const sent = await deliver(request, { opened, code, consumed });
    metrics.sends.inc({ outcome: 'sent' });
    return { ...opened, ...sent, lockedUntil, rateLimits: consumed.rateLimits };
  }

  /** Nothing is counted and nothing is sent: the code is the one that the number always has. */
  async function startTestVerification(
    request: StartRequest,
    testNumber: HashedCode,
  ): Promise<StartedVerification> {
    // Tests that run at once may share a number: each gets its turn.
    const opened = await pRetry(() => createVerification(request, testNumber), TURNS);
    const sent = { channel: TEST_CHANNEL, messageId: randomId(12) } as const;
    await verifications.markSent(opened.verificationId, sent, now());
    metrics.sends.inc({ outcome: 'test' });
    return { ...opened, ...sent, resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
  }

  async function hashAndOpen(request: StartRequest, code: string) {
    const { caller } = request;
    const slot = hashing.acquire(suspects.toAsker(caller, { isSuspect: false }));
    if (!slot) throw overloaded(hashing.retryAfterSeconds());
    suspects.noteSend(caller);
    const hashed = await slot.run(() => hasher.hash(code)).finally(slot.release);
    return createVerification(request, hashed);
  }

  async function deliver(request: StartRequest, { opened, code, consumed }: Issue) {
    const { verificationId } = opened;
    const message = toMessage(request, opened, code);
    await assertNotGivenUp(verificationId);
    const result = await delivery
      .deliver(message, request.channel)
      .catch(async (error: unknown) => {
        const refund = limiter.refund(request.caller, consumed.hits);
        await Promise.allSettled([verifications.markFailed(verificationId, now()), refund]);
        throw error;
      });
    if (result.isAccepted) {
      const { channel, messageId, sessionId } = result;
      // The message is out and the verification lives: a fault of the record must not hide that.
      const sent = { channel, messageId, sessionId };
      const isNoted = await verifications
        .markSent(verificationId, sent, now())
        .catch((err: unknown) => {
          logger.error({ err, verificationId }, 'the channel of a sent code is not on record');
          return true;
        });
      if (!isNoted) await assertNotGivenUp(verificationId);
      return { channel, messageId, ...(sessionId !== undefined && { sessionId }) };
    }
    metrics.sends.inc({ outcome: 'failed' });
    const { mayHaveArrived } = result;
    await verifications.markFailed(verificationId, now(), { mayHaveArrived });
    await refundFailed(request, consumed, { verificationId, mayHaveArrived });
    const { error } = result;
    throw new AppError(error.code, error.message, { ...error.extras, verificationId });
  }

  function toMessage(
    request: StartRequest,
    { verificationId, sessionId }: { verificationId: string; sessionId: string },
    code: string,
  ) {
    const { ttlSeconds } = policy;
    const { caller, recipient, companyName } = request;
    const { locale = localeOfRegion(recipient.region) } = request;
    return {
      accountId: request.senderAccountId ?? caller.accountId,
      recipient: recipient.phoneNumber,
      code,
      text: writeMessage({ code, ttlSeconds, companyName, locale }),
      verificationId,
      sessions:
        request.sessionId === undefined ? caller.restrictions.sessions : [request.sessionId],
      sessionId,
      locale,
      companyName,
    };
  }

  function assertChannelIsOn(channel: ChannelName | undefined): void {
    if (channel === undefined || delivery.channelNames.includes(channel)) return;
    const message = `is not switched on here; this service sends by ${delivery.channelNames.join(', ')}`;
    throw new AppError('validation_failed', 'The request is not valid', {
      errors: [{ path: 'channel', message, code: 'invalid_value' }],
    });
  }

  return { startVerification };
}
