import pRetry from 'p-retry';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { localeOfRegion } from '../../domain/delivery/locale.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import { generateCode } from '../../domain/verification/code.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { type AcceptedDelivery, deliver, type Message } from '../delivery/deliver.ts';
import { writeMessage } from '../delivery/templates/message-text.ts';
import type { HashedCode } from './code-hasher.ts';
import type { VerificationContext } from './context.ts';
import {
  createVerification,
  type OpenedVerification,
  type StartRequest,
} from './create-verification.ts';
import { findFullLock, lockEndAt } from './limits/failure-limits.ts';
import {
  type ConsumedBudget,
  consumeSendBudget,
  type Unsent,
  undoSend,
} from './limits/send-budget.ts';
import { assertNotGivenUp } from './settle-sends.ts';
import { findTestNumber } from './test-numbers.ts';
import { logNotStarted, logStarted } from './verification-log.ts';

export type StartedVerification = OpenedVerification & {
  /** The channel that took it, or `test`. */
  readonly channel: string;
  readonly messageId: string;
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

/**
 * Sends a fresh code to the recipient; a live one for the same purpose is over. The order
 * matters: limits, a place among the hashes, the row, then the channel.
 * @throws {AppError} `forbidden` for what the caller's key is not for, among that test numbers for a
 * live key and real ones for a test key; `resend_too_soon` or `rate_limited` with the seconds to wait, `overloaded`,
 * `validation_failed` for a channel that is switched off, or `recipient_unreachable`,
 * `provider_unavailable` and `delivery_failed` when no channel took the message.
 */
export async function startVerification(
  ctx: VerificationContext,
  request: StartRequest,
): Promise<StartedVerification> {
  const { caller, recipient } = request;
  let unsent: Unsent | undefined;
  try {
    assertMaySend(ctx, request);
    const testNumber = await findTestNumber(ctx.testNumbers, caller, recipient.phoneNumber);
    if (testNumber) return await startTestVerification(ctx, request, testNumber);

    const budget = await consumeSendBudget(ctx, request);
    unsent = budget;
    assertUnlocked(ctx, budget);
    const lockedUntil = lockEndAt(ctx.limits, budget.watched, ctx.now());
    const code = generateCode(ctx.policy.length, ctx.draw);
    const hashed = await hashCode(ctx, request, code);
    const opened = await createVerification(ctx, request, hashed);

    // What another node settles in place of this one is undone there.
    unsent = undefined;
    await assertNotGivenUp(ctx, opened.verificationId);
    unsent = { hits: budget.hits, verificationId: opened.verificationId };
    const result = await deliver(
      ctx.delivery,
      toMessage(ctx, request, opened, code),
      request.channel,
    );
    if (!result.isAccepted) {
      unsent = { ...unsent, mayHaveArrived: result.mayHaveArrived };
      ctx.metrics.sends.inc({ outcome: 'failed' });
      const { code: reason, message, extras } = result.error;
      throw new AppError(reason, message, { ...extras, verificationId: opened.verificationId });
    }

    unsent = undefined;
    await markSent(ctx, opened, result);
    const { channel, messageId, sessionId = opened.sessionId } = result;
    const { rateLimits } = budget;
    const started = { ...opened, sessionId, channel, messageId, lockedUntil, rateLimits };
    ctx.metrics.sends.inc({ outcome: 'sent' });
    logStarted(ctx, request, started);
    return started;
  } catch (error) {
    logNotStarted(ctx, request, error);
    if (unsent) await undoSend(ctx, request, unsent);
    throw error;
  }
}

/** Nothing is counted and nothing is sent: the code is the one that the number always has. */
async function startTestVerification(
  ctx: VerificationContext,
  request: StartRequest,
  testNumber: HashedCode,
): Promise<StartedVerification> {
  // Tests that run at once may share a number: each gets its turn.
  const opened = await pRetry(() => createVerification(ctx, request, testNumber), TURNS);
  const sent = { channel: TEST_CHANNEL, messageId: randomId(12) } as const;
  await ctx.verifications.markSent(opened.verificationId, sent, ctx.now());
  ctx.metrics.sends.inc({ outcome: 'test' });
  const free = { resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
  const started = { ...opened, ...sent, ...free };
  logStarted(ctx, request, started);
  return started;
}

/** @throws {AppError} for a channel that is switched off, or what the caller's key is not for. */
function assertMaySend(
  { delivery }: VerificationContext,
  { caller, recipient: { region }, purpose, sessionId, channel }: StartRequest,
): void {
  const names = delivery.channels.map(({ name }) => name);
  if (channel !== undefined && !names.includes(channel)) {
    const message = `is not switched on here; this service sends by ${names.join(', ')}`;
    throw new AppError('validation_failed', 'The request is not valid', {
      errors: [{ path: 'channel', message, code: 'invalid_value' }],
    });
  }
  assertPermitted(caller.restrictions, { sessionId, purpose, region });
}

/** @throws {AppError} `otp_locked` when no code for this number could be used. */
function assertUnlocked(
  { limits, metrics }: VerificationContext,
  { watched }: ConsumedBudget,
): void {
  const locked = findFullLock(limits, watched);
  if (!locked) return;
  metrics.sends.inc({ outcome: 'refused' });
  throw refuse('otp_locked', 'This number takes no code any more until it is unlocked', locked);
}

/** @throws {AppError} `overloaded` when too many wait for a hash. */
async function hashCode(
  { hashing, hasher, suspects }: VerificationContext,
  { caller }: StartRequest,
  code: string,
): Promise<HashedCode> {
  const slot = hashing.acquire(suspects.toAsker(caller, { isSuspect: false }));
  if (!slot) throw overloaded(hashing.retryAfterSeconds());
  suspects.noteSend(caller);
  return slot.run(() => hasher.hash(code)).finally(slot.release);
}

function toMessage(
  { policy: { ttlSeconds } }: VerificationContext,
  { caller, recipient, companyName, ...request }: StartRequest,
  { verificationId, sessionId }: OpenedVerification,
  code: string,
): Message {
  const { locale = localeOfRegion(recipient.region) } = request;
  return {
    accountId: request.senderAccountId ?? caller.accountId,
    recipient: recipient.phoneNumber,
    code,
    text: writeMessage({ code, ttlSeconds, companyName, locale }),
    verificationId,
    sessions: request.sessionId === undefined ? caller.restrictions.sessions : [request.sessionId],
    sessionId,
    locale,
    companyName,
  };
}

/** @throws {AppError} `provider_unavailable` when another node settled the send meanwhile. */
async function markSent(
  ctx: VerificationContext,
  { verificationId }: OpenedVerification,
  sent: AcceptedDelivery,
): Promise<void> {
  const isMarked = await ctx.verifications
    .markSent(verificationId, sent, ctx.now())
    .catch((err: unknown) => {
      // The message is out and the verification lives: a fault of the record must not hide that.
      ctx.logger.error({ err, verificationId }, 'the channel of a sent code is not on record');
      return true;
    });
  if (!isMarked) await assertNotGivenUp(ctx, verificationId);
}
