import pRetry from 'p-retry';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { localeOfRegion } from '../../domain/delivery/locale.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import { generateCode } from '../../domain/verification/code.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { deliver, type Message, planDelivery } from '../delivery/deliver.ts';
import { writeText } from '../delivery/templates/message-text.ts';
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
  /** The channel that accepted the message, or `test`. */
  readonly channel: string;
  readonly messageId: string;
  /** Until when attempts by number are refused; an attempt by `verificationId` is not. */
  readonly lockedUntil: Date | undefined;
  readonly rateLimits: readonly RateLimitStatus[];
};

/** How parallel callers take turns in opening a verification of the same test number. */
const TURNS = {
  retries: 20,
  minTimeout: 5,
  maxTimeout: 50,
  randomize: true,
  shouldRetry: ({ error }: { error: Error }) =>
    error instanceof AppError && error.code === 'resend_too_soon',
};

/**
 * Sends a new code to the recipient. A live code for the same purpose ends. The order matters: limits,
 * hash, row, then channel.
 * @throws {AppError} `forbidden` if the caller's key does not permit it, including test numbers with a live
 * key and real numbers with a test key; `resend_too_soon` or `rate_limited` with the seconds to wait;
 * `otp_locked`; `overloaded`; `validation_failed` for a channel that is not enabled;
 * `recipient_unreachable`, `provider_unavailable` or `delivery_failed` when no channel accepted the message.
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
    const plan = planDelivery(ctx.delivery, request.channel);
    const opened = await createVerification(ctx, request, hashed, plan.first);

    // If another node settles the send instead, it also undoes it.
    unsent = undefined;
    if (!ctx.isSurelyAlive()) await assertNotGivenUp(ctx, opened.verificationId);
    unsent = { hits: budget.hits, verificationId: opened.verificationId };
    const result = await deliver(ctx.delivery, toMessage(ctx, request, opened, code), plan);
    if (!result.isAccepted) {
      unsent = { ...unsent, mayHaveArrived: result.mayHaveArrived };
      ctx.metrics.sends.inc({ outcome: 'failed' });
      const { code: reason, message, extras } = result.error;
      throw new AppError(reason, message, { ...extras, verificationId: opened.verificationId });
    }

    unsent = undefined;
    if (!result.isLive) await assertNotGivenUp(ctx, opened.verificationId);
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

/** Nothing is counted or sent: the code is the fixed one of the test number. */
async function startTestVerification(
  ctx: VerificationContext,
  request: StartRequest,
  testNumber: HashedCode,
): Promise<StartedVerification> {
  // Parallel tests may share a number, so they take turns.
  const opened = await pRetry(() => createVerification(ctx, request, testNumber), TURNS);
  const sent = { channel: TEST_CHANNEL, messageId: randomId(12) } as const;
  await ctx.verifications.markSent(opened.verificationId, sent, ctx.now());
  ctx.metrics.sends.inc({ outcome: 'test' });
  const free = { resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
  const started = { ...opened, ...sent, ...free };
  logStarted(ctx, request, started);
  return started;
}

/** @throws {AppError} for a channel that is not enabled, or if the caller's key does not permit the send. */
function assertMaySend(
  { delivery }: VerificationContext,
  { caller, recipient: { region }, purpose, sessionId, channel }: StartRequest,
): void {
  const names = delivery.channels.map(({ name }) => name);
  if (channel !== undefined && !names.includes(channel)) {
    const message = `is not enabled. Enabled channels: ${names.join(', ')}`;
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
  throw refuse(
    'otp_locked',
    'This number is locked. No code can be sent until it is unlocked.',
    locked,
  );
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
  { delivery, policy: { ttlSeconds } }: VerificationContext,
  { caller, recipient, companyName, ...request }: StartRequest,
  { verificationId, sessionId }: OpenedVerification,
  code: string,
): Message {
  const { locale = localeOfRegion(recipient.region) } = request;
  const facts = {
    ...{ accountId: caller.accountId, region: recipient.region, locale: request.locale },
    ...{ code, ttlSeconds, companyName },
  };
  return {
    accountId: request.senderAccountId ?? caller.accountId,
    recipient: recipient.phoneNumber,
    code,
    writeText: (channel) => writeText(delivery.texts, facts, channel),
    verificationId,
    sessions: request.sessionId === undefined ? caller.restrictions.sessions : [request.sessionId],
    sessionId,
    locale,
    companyName,
    ttlSeconds,
  };
}
