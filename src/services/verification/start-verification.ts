import pRetry from 'p-retry';
import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { TEST_CHANNEL } from '../../domain/delivery/delivery.ts';
import { AppError, withVerification } from '../../domain/errors.ts';
import type { RateLimitStatus } from '../../domain/rate-limit.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import { generateCode } from '../../domain/verification/code.ts';
import { randomId } from '../../lib/crypto/secrets.ts';
import { deliver } from '../delivery/deliver.ts';
import { type DeliveryPlan, planDelivery } from '../delivery/workflow.ts';
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
import { type CodeToSend, resumeLiveCode, sealFacts, toFacts, toMessage } from './send-facts.ts';
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
 * Sends a new code to the recipient, and a live code for the same purpose ends; or, for a resend, sends the live code
 * again. The order matters: limits, hash, row, then channel.
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
    assertMaySend(request);
    const plan = await planDelivery(ctx.delivery, caller.accountId, request);
    const testNumber = await findTestNumber(ctx.testNumbers, caller, recipient.phoneNumber);
    if (testNumber) return await startTestVerification(ctx, request, testNumber);

    const budget = await consumeSendBudget(ctx, request);
    unsent = budget;
    assertUnlocked(ctx, budget);
    const lockedUntil = lockEndAt(ctx.limits, budget.watched, ctx.now());
    const code =
      (await resumeLiveCode(ctx, request, plan)) ?? (await openWithNewCode(ctx, request, plan));
    const { opened } = code;

    // If another node settles the send instead, it also undoes it.
    unsent = undefined;
    if (!ctx.isSurelyAlive()) await assertNotGivenUp(ctx, opened.verificationId);
    unsent = toUnsent(budget, code);
    const start = { steps: code.facts.steps, first: code.first };
    const result = await deliver(ctx.delivery, toMessage(ctx, code), start);
    if (!result.isAccepted) {
      unsent = toUnsent(budget, code, result.mayHaveArrived);
      ctx.metrics.sends.inc({ outcome: 'failed' });
      throw withVerification(result.error, opened.verificationId);
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

/** @throws {AppError} if the caller's key does not permit the send. */
function assertMaySend({ caller, recipient: { region }, purpose, sessionId }: StartRequest): void {
  assertPermitted(caller.restrictions, { sessionId, purpose, region });
}

/** Creates a verification with a new code. The live one of the same recipient and purpose ends. */
async function openWithNewCode(
  ctx: VerificationContext,
  request: StartRequest,
  { steps, first }: DeliveryPlan,
): Promise<CodeToSend> {
  const code = generateCode(ctx.policy.length, ctx.draw);
  const hashed = await hashCode(ctx, request, code);
  const facts = toFacts(request, code, steps);
  const sealFor = (verificationId: string) => sealFacts(ctx.sealer, verificationId, facts);
  const opened = await createVerification(ctx, request, hashed, { sealFor, firstDelivery: first });
  const { accountId } = request.caller;
  const { region } = request.recipient;
  return { opened, facts, accountId, region, isNew: true, first };
}

/**
 * What to undo if the code is not sent: a new code ends. One that was sent before stays valid, and if the message may
 * have arrived, the send stays counted.
 */
function toUnsent(
  { hits }: ConsumedBudget,
  { opened: { verificationId }, isNew }: CodeToSend,
  mayHaveArrived = false,
): Unsent {
  if (isNew) return { hits, verificationId, mayHaveArrived };
  return { hits: mayHaveArrived ? [] : hits };
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
