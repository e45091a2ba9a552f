import { assertPermitted } from '../../domain/access/key-restrictions.ts';
import { AppError, withVerification } from '../../domain/errors.ts';
import { nounOf } from '../../domain/recipient.ts';
import { overloaded, refuse } from '../../domain/refusal.ts';
import { generateCode } from '../../domain/verification/code.ts';
import { deliver } from '../delivery/deliver.ts';
import { type DeliveryPlan, planDelivery } from '../delivery/workflow.ts';
import type { HashedCode } from './code-hasher.ts';
import type { VerificationContext } from './context.ts';
import {
  createVerification,
  type StartedVerification,
  type StartRequest,
} from './create-verification.ts';
import { findFullLock, lockEndAt } from './limits/failure-limits.ts';
import {
  type ConsumedBudget,
  consumeSendBudget,
  type Unsent,
  undoSend,
} from './limits/send-budget.ts';
import {
  type CodeToSend,
  resumeLiveCode,
  sealFacts,
  toFacts,
  toMessage,
} from './sending/send-facts.ts';
import { assertNotGivenUp } from './sending/settle-sends.ts';
import { startTestVerification } from './sending/start-test-verification.ts';
import { findTestNumber } from './test-numbers.ts';
import { logNotStarted, logStarted } from './verification-log.ts';

/**
 * Sends a new code to the recipient, and a live code for the same purpose ends; or, for a resend, sends the live code
 * again. The order matters: limits, hash, row, then channel. For an async request, it resolves before the channel has
 * answered, unless too many sends are in progress.
 * @throws {AppError} `forbidden` if the caller's key does not permit it, including test numbers with a live
 * key and real numbers with a test key; `resend_too_soon` or `rate_limited` with the seconds to wait;
 * `otp_locked`; `overloaded`; `validation_failed` for a channel that is not enabled, or cannot reach the recipient;
 * `recipient_unreachable`, `provider_unavailable` or `delivery_failed` when no channel accepted the message.
 */
export async function startVerification(
  ctx: VerificationContext,
  request: StartRequest,
): Promise<StartedVerification> {
  const prepared = await prepareSend(ctx, request);
  if ('started' in prepared) return prepared.started;
  const isInBackground = request.isAsync && startInBackground(ctx, request, prepared);
  return isInBackground ? toPending(prepared) : completeSend(ctx, request, prepared);
}

/** A stored code whose limits are counted, ready for its channel. */
type PreparedSend = { readonly budget: ConsumedBudget; readonly code: CodeToSend } & Pick<
  StartedVerification,
  'lockedUntil'
>;

/** Does everything that can refuse the request. Nothing is left to do for a test number. */
async function prepareSend(
  ctx: VerificationContext,
  request: StartRequest,
): Promise<PreparedSend | { readonly started: StartedVerification }> {
  const { caller, recipient } = request;
  let unsent: Unsent | undefined;
  try {
    assertMaySend(request);
    const plan = await planDelivery(ctx.delivery, caller.accountId, request);
    const testNumber = await findTestNumber(ctx.testNumbers, caller, recipient.phoneNumber);
    if (testNumber) return { started: await startTestVerification(ctx, request, testNumber) };

    const budget = await consumeSendBudget(ctx, request);
    unsent = budget;
    assertUnlocked(ctx, request, budget);
    const lockedUntil = lockEndAt(ctx.limits, budget.watched, ctx.now());
    const code =
      (await resumeLiveCode(ctx, request, plan)) ?? (await openWithNewCode(ctx, request, plan));
    return { budget, code, lockedUntil };
  } catch (error) {
    return giveUp(ctx, request, error, unsent);
  }
}

/** Hands the message to its channels. */
async function completeSend(
  ctx: VerificationContext,
  request: StartRequest,
  { budget, code, lockedUntil }: PreparedSend,
): Promise<StartedVerification> {
  const { opened } = code;
  // If another node settles the send instead, it also undoes it.
  let unsent: Unsent | undefined;
  try {
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
    const sent = { sessionId, channel, messageId, isPending: false };
    const started = { ...opened, ...sent, lockedUntil, rateLimits };
    ctx.metrics.sends.inc({ outcome: 'sent' });
    logStarted(ctx, request, started);
    return started;
  } catch (error) {
    return giveUp(ctx, request, error, unsent);
  }
}

/** Logs why a send did not happen, undoes what was done for it, and throws the error. */
async function giveUp(
  ctx: VerificationContext,
  request: StartRequest,
  error: unknown,
  unsent: Unsent | undefined,
): Promise<never> {
  logNotStarted(ctx, request, error);
  if (unsent) await undoSend(ctx, request, unsent);
  throw error;
}

/** Completes a send without its caller; false if too many are in progress. */
function startInBackground(
  ctx: VerificationContext,
  { caller, ...request }: StartRequest,
  prepared: PreparedSend,
): boolean {
  // The call ends before the send does, so the log has a row for each.
  const detached = { ...request, caller: { ...caller, call: undefined } };
  return ctx.sendsInBackground.start(async () => {
    await completeSend(ctx, detached, prepared).catch((err: unknown) => {
      const { verificationId } = prepared.code.opened;
      // What channels answered is logged already.
      const isOutcome = err instanceof AppError && err.code !== 'database_unavailable';
      if (!isOutcome) ctx.logger.error({ err, verificationId }, 'a send in the background failed');
    });
  });
}

/** A send in progress: its message is on the way to the first channel. */
function toPending({ budget, code, lockedUntil }: PreparedSend): StartedVerification {
  const { channel, messageId } = code.first;
  const { rateLimits } = budget;
  return { ...code.opened, channel, messageId, isPending: true, lockedUntil, rateLimits };
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
 * What to undo if the code is not sent: a new code ends. One that was sent before stays valid. If the message may have
 * arrived, the send stays counted.
 */
function toUnsent(
  { hits }: ConsumedBudget,
  { opened: { verificationId }, isNew }: CodeToSend,
  mayHaveArrived = false,
): Unsent {
  return { hits, code: { verificationId, isNew, mayHaveArrived } };
}

/** @throws {AppError} `otp_locked` when no code for this recipient could be used. */
function assertUnlocked(
  { limits, metrics }: VerificationContext,
  { recipient }: StartRequest,
  { watched }: ConsumedBudget,
): void {
  const locked = findFullLock(limits, watched);
  if (!locked) return;
  metrics.sends.inc({ outcome: 'refused' });
  const message = `This ${nounOf(recipient.phoneNumber)} is locked. No code can be sent until it is unlocked.`;
  throw refuse('otp_locked', message, locked);
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
