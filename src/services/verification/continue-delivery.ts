import type { ClaimedDelivery } from '../../storage/delivery/delivery-store.ts';
import { claimUntil, type DeliveryResult, deliver } from '../delivery/deliver.ts';
import type { VerificationContext } from './context.ts';
import { type LiveCode, openLiveCode, toMessage, toOpened } from './send-facts.ts';

/** How many deliveries a node continues at once. */
const BATCH = 20;

/**
 * Starts the next step of each delivery that has not reached its goal in time, or whose node died while it was
 * sending. If the verification has ended, no step starts. Returns how many deliveries were due.
 */
export async function continueDueDeliveries(ctx: VerificationContext): Promise<number> {
  const { delivery, deliveries, now } = ctx;
  const claim = { nodeId: delivery.nodeId, until: claimUntil(delivery) };
  const claimed = await deliveries.claimDue(claim, now(), BATCH);
  await Promise.all(
    claimed.map((one) =>
      continueDelivery(ctx, one).catch((err: unknown) => {
        const { verificationId } = one;
        ctx.logger.error({ err, verificationId }, 'could not start the next step of a delivery');
      }),
    ),
  );
  return claimed.length;
}

async function continueDelivery(ctx: VerificationContext, claimed: ClaimedDelivery): Promise<void> {
  const { deliveries, delivery, now } = ctx;
  const { verificationId } = claimed;
  if (claimed.status === 'sending') await deliveries.markUnknown(claimed, now());
  const live = await openLiveCode(ctx, { verificationId });
  if (!live || isLastStep(claimed, live) || (await deliveries.isContinued(claimed))) {
    return deliveries.release(claimed, delivery.nodeId, now());
  }
  await startNextStep(ctx, claimed, live);
}

/** Whether no step follows the one of this delivery. */
export function isLastStep({ step }: ClaimedDelivery, { facts }: LiveCode): boolean {
  return step + 1 >= facts.steps.length;
}

/** Sends the code of a live verification by the step after the claimed one. */
export async function startNextStep(
  ctx: VerificationContext,
  claimed: ClaimedDelivery,
  live: LiveCode,
): Promise<DeliveryResult> {
  const { facts } = live;
  const message = toMessage(ctx, { ...live, opened: toOpened(ctx, live) });
  const start = { steps: facts.steps, from: claimed.step + 1, claimed };
  const result = await deliver(ctx.delivery, message, start);
  const channel = result.isAccepted ? result.channel : 'none';
  ctx.metrics.laterSteps.inc({ channel, outcome: result.isAccepted ? 'accepted' : 'failed' });
  return result;
}
