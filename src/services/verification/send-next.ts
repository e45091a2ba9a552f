import type { Caller } from '../../domain/access/caller.ts';
import { AppError, withVerification } from '../../domain/errors.ts';
import { claimUntil } from '../delivery/deliver.ts';
import type { VerificationContext } from './context.ts';
import { isLastStep, startNextStep } from './continue-delivery.ts';
import { type CheckTarget, findVerification, isOpen, pickMeant } from './find-verification.ts';
import { openLiveCode, toOpened } from './send-facts.ts';
import type { StartedVerification } from './start-verification.ts';

/**
 * Sends the live code by the next step of its workflow now, without waiting for the message before. Nothing is counted:
 * a verification has at most five steps.
 * @throws {AppError} `no_next_step` if no code is live, all steps were taken, or one is being taken;
 * `recipient_unreachable`, `provider_unavailable` or `delivery_failed` when no channel accepted the message;
 * `forbidden` if the caller's key does not permit the target.
 */
export async function sendNext(
  ctx: VerificationContext,
  caller: Caller,
  target: CheckTarget,
): Promise<StartedVerification> {
  const { delivery, deliveries, now } = ctx;
  const found = pickMeant(await findVerification(ctx, caller, target), target);
  const verificationId = found && isOpen(found, now()) ? found.verificationId : undefined;
  const live =
    verificationId === undefined ? undefined : await openLiveCode(ctx, { verificationId });
  if (!live) throw noNextStep('There is no live code to send');
  const claim = { nodeId: delivery.nodeId, until: claimUntil(delivery) };
  const claimed = await deliveries.claimLatest(live.verificationId, claim, now());
  if (!claimed) throw noNextStep('A step is being taken right now');
  if (isLastStep(claimed, live)) {
    await deliveries.release(claimed, delivery.nodeId, now());
    throw noNextStep('All steps of the workflow were taken');
  }
  const result = await startNextStep(ctx, claimed, live);
  if (!result.isAccepted) {
    throw withVerification(result.error, live.verificationId);
  }
  const { channel, messageId, sessionId = live.sessionId } = result;
  const started = { ...toOpened(ctx, live), sessionId, channel, messageId };
  return { ...started, resendInSeconds: 0, lockedUntil: undefined, rateLimits: [] };
}

function noNextStep(message: string): AppError {
  return new AppError('no_next_step', message);
}
