import type { Caller } from '../../../domain/access/caller.ts';
import type { RateLimitHit, RateLimitStatus } from '../../../domain/rate-limit.ts';
import type { ClaimedDelivery } from '../../../storage/delivery/claims.ts';
import { type DeliveryResult, deliver, toClaim } from '../../delivery/deliver.ts';
import type { VerificationContext } from '../context.ts';
import { hitsOfRow } from '../limits/row-hits.ts';
import { type LiveCode, openLiveCode, toMessage, toOpened } from './send-facts.ts';

/** How many deliveries a node claims at once. */
const BATCH = 20;

/** How many it continues in one run. The next run begins after the slowest of them. */
const MOST_AT_ONCE = 200;

/**
 * Starts the next step of each delivery that has not reached its goal in time, or whose node died while it was
 * sending. If the verification has ended, no step starts. Returns how many deliveries were due.
 */
export async function continueDueDeliveries(ctx: VerificationContext): Promise<number> {
  const { delivery, deliveries, now } = ctx;
  const running: Promise<void>[] = [];
  for (let found = BATCH; found === BATCH && running.length < MOST_AT_ONCE; ) {
    const claimed = await deliveries.claimDue('code', toClaim(delivery), now(), BATCH);
    found = claimed.length;
    running.push(...claimed.map((one) => continueAndLog(ctx, one)));
  }
  await Promise.all(running);
  return running.length;
}

function continueAndLog(ctx: VerificationContext, claimed: ClaimedDelivery): Promise<void> {
  return continueDelivery(ctx, claimed).catch((err: unknown) => {
    const { verificationId } = claimed;
    ctx.logger.error({ err, verificationId }, 'could not start the next step of a delivery');
  });
}

async function continueDelivery(ctx: VerificationContext, claimed: ClaimedDelivery): Promise<void> {
  const { deliveries, delivery, logger, now } = ctx;
  const { verificationId } = claimed;
  if (claimed.status === 'sending') await deliveries.markUnknown(claimed, now());
  const live = await openLiveCode(ctx, { verificationId });
  if (live && !isLastStep(claimed, live) && !(await deliveries.isOver(claimed))) {
    const result = await startNextStep(ctx, claimed, live);
    if (!result.isStarted) {
      const { limit } = result.refusal;
      logger.warn({ verificationId, limit: limit.name }, 'the next step of a delivery was refused');
    }
  }
  // Nothing happens if the next step has taken its place.
  await deliveries.release(claimed, delivery.nodeId, now());
}

/** Whether no step follows the one of this delivery. */
export function isLastStep({ step }: ClaimedDelivery, { facts }: LiveCode): boolean {
  return step + 1 >= facts.steps.length;
}

export type StepResult =
  | { readonly isStarted: true; readonly delivery: DeliveryResult }
  | { readonly isStarted: false; readonly refusal: RateLimitStatus };

/**
 * Sends the code of a live verification by the step after the claimed one. It counts like a send, except for the
 * cooldown: steps must not allow more messages to a number, or of a key, than sends do.
 */
export async function startNextStep(
  ctx: VerificationContext,
  claimed: ClaimedDelivery,
  live: LiveCode,
  caller?: Caller,
): Promise<StepResult> {
  const { limiter, limits, metrics } = ctx;
  const { accountId, facts } = live;
  const origin = caller ?? { accountId, ipAddress: '', userAgent: undefined };
  const isCooldown = ({ limit }: RateLimitHit) => limit === limits.cooldown;
  const hits = (await hitsOfRow(ctx, live)).filter((hit) => !isCooldown(hit));
  const counted = await limiter.consume(origin, hits);
  if (!counted.granted) return { isStarted: false, refusal: counted.refusal };
  const message = toMessage(ctx, { ...live, opened: toOpened(ctx, live) });
  const start = { steps: facts.steps, from: claimed.step + 1, claimed };
  const delivery = await deliver(ctx.delivery, message, start);
  if (!delivery.isAccepted && !delivery.mayHaveArrived) await limiter.refund(origin, hits);
  const channel = delivery.isAccepted ? delivery.channel : 'none';
  metrics.laterSteps.inc({ channel, outcome: delivery.isAccepted ? 'accepted' : 'failed' });
  return { isStarted: true, delivery };
}
