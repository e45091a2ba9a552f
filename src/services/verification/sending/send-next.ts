import type { Caller } from '../../../domain/access/caller.ts';
import { assertPermitted } from '../../../domain/access/key-restrictions.ts';
import { AppError, withVerification } from '../../../domain/errors.ts';
import { refuse } from '../../../domain/refusal.ts';
import { addSeconds } from '../../../lib/time/clock.ts';
import { claimSeconds, toClaim } from '../../delivery/deliver.ts';
import type { VerificationContext } from '../context.ts';
import type { StartedVerification } from '../create-verification.ts';
import { type CheckTarget, findVerification, isOpen, pickMeant } from '../find-verification.ts';
import { logStarted } from '../verification-log.ts';
import { isLastStep, startNextStep } from './continue-delivery.ts';
import { type LiveCode, narrowSessions, openLiveCode, toOpened } from './send-facts.ts';

/**
 * Sends the live code by the next step of its workflow now, without waiting for the message before. It counts like a
 * send, except for the cooldown.
 * @throws {AppError} `no_next_step` if no code is live, all steps were taken, or one is being taken; `rate_limited`;
 * `recipient_unreachable`, `provider_unavailable` or `delivery_failed` when no channel accepted the message;
 * `forbidden` if the caller's key does not permit the target.
 */
export async function sendNext(
  ctx: VerificationContext,
  caller: Caller,
  target: CheckTarget,
): Promise<StartedVerification> {
  const { delivery, deliveries, now } = ctx;
  const live = await findLive(ctx, caller, target);
  const { verificationId } = live;
  const times = { now: now(), staleBefore: addSeconds(now(), -claimSeconds(delivery)) };
  const claimed = await deliveries.claimLatest(verificationId, toClaim(delivery), times);
  if (!claimed) throw noNextStep('A step is being taken right now');
  const release = () => deliveries.release(claimed, delivery.nodeId, now());
  if (isLastStep(claimed, live)) {
    await release();
    throw noNextStep('All steps of the workflow were taken');
  }
  const result = await startNextStep(ctx, claimed, live, caller);
  // Nothing happens if the next step has taken its place.
  await release();
  if (!result.isStarted) {
    throw refuse('rate_limited', 'Too many codes were sent', result.refusal);
  }
  const sent = result.delivery;
  if (!sent.isAccepted) throw withVerification(sent.error, verificationId);
  const { channel, messageId, sessionId = live.sessionId } = sent;
  const started = { ...toOpened(ctx, live), sessionId, channel, messageId };
  logStarted(ctx, { caller }, started);
  const free = { resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
  return { ...started, ...free, isPending: false };
}

/** Finds the live code that a target names. @throws {AppError} `no_next_step` or `forbidden` */
async function findLive(
  ctx: VerificationContext,
  caller: Caller,
  target: CheckTarget,
): Promise<LiveCode> {
  const found = pickMeant(await findVerification(ctx, caller, target), target);
  const isLive = found !== undefined && isOpen(found, ctx.now());
  const { verificationId = '' } = isLive ? found : {};
  const live = isLive ? await openLiveCode(ctx, { verificationId }) : undefined;
  if (!live) throw noNextStep('There is no live code to send');
  const { sessionId, purpose, region } = live;
  assertPermitted(caller.restrictions, { sessionId, purpose, region });
  return { ...live, facts: narrowSessions(live.facts, caller) };
}

function noNextStep(message: string): AppError {
  return new AppError('no_next_step', message);
}
