import { toPrincipal } from '../../domain/access/caller.ts';
import type { ClaimedDelivery } from '../../storage/delivery/claims.ts';
import type { SendableRelay } from '../../storage/hooks/relay-store.ts';
import { deliver, toClaim } from '../delivery/deliver.ts';
import { ownSendHit, sendHits } from '../verification/limits/send-limits.ts';
import type { RelayContext } from './context.ts';
import { noteUndelivered } from './note-undelivered.ts';
import { openRelay, type RelayFacts, toRelayMessage } from './relay-facts.ts';

/** How many deliveries a node continues in one run. */
const BATCH = 100;

/**
 * Starts the next step of each relayed message that has not reached its goal in time, or whose node died while it was
 * sending, and erases what is needed to send messages whose codes are over. Returns how many deliveries were due.
 */
export async function continueDueRelays(ctx: RelayContext): Promise<number> {
  const { delivery, deliveries, logger, relays, now } = ctx;
  const claimed = await deliveries.claimDue('relayed', toClaim(delivery), now(), BATCH);
  const steps = claimed.map((one) =>
    continueRelay(ctx, one).catch((err: unknown) => {
      const { verificationId: relayId } = one;
      logger.error({ err, relayId }, 'could not start the next step of a relayed message');
    }),
  );
  await Promise.all(steps);
  await relays.eraseDue(now());
  return claimed.length;
}

async function continueRelay(ctx: RelayContext, claimed: ClaimedDelivery): Promise<void> {
  const { deliveries, delivery, relays, sealer, now } = ctx;
  const { verificationId: relayId } = claimed;
  if (claimed.status === 'sending') await deliveries.markUnknown(claimed, now());
  const relay = await relays.findSendable(relayId, now());
  const facts = relay && openRelay(sealer, relay);
  const hasNext = facts !== undefined && claimed.step + 1 < facts.steps.length;
  if (relay && hasNext && !(await deliveries.isOver(claimed))) {
    await startNextStep(ctx, claimed, relay, facts);
  }
  // Nothing happens if the next step has taken its place.
  await deliveries.release(claimed, delivery.nodeId, now());
  await relays.eraseIfSpent(relayId, now());
  if (claimed.status !== 'failed') return;
  const failed = await relays.failUndelivered(relayId, now());
  if (failed) noteUndelivered(ctx, failed, 'delivery_failed');
}

/** Sends by the step after the claimed one. It counts like a send. */
async function startNextStep(
  ctx: RelayContext,
  claimed: ClaimedDelivery,
  relay: SendableRelay,
  facts: RelayFacts,
): Promise<void> {
  const { limiter, limits, logger, metrics, pumping } = ctx;
  const { relayId, accountId, phoneNumber, region, purpose, eraseAt = ctx.now() } = relay;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  const recipient = { phoneNumber, region };
  const { sendsPerHour } = facts;
  const caller = { principal: toPrincipal(relay.sentBy), restrictions: { sendsPerHour } };
  const isHeld = await pumping.isHeld(accountId, phoneNumber);
  const hits = [
    ...sendHits(limits, { caller, recipient, purpose, isRelayed: true }, isHeld),
    ownSendHit(limits, recipient),
  ];
  const counted = await limiter.consume(origin, hits);
  if (!counted.granted) {
    const limit = counted.refusal.limit.name;
    logger.warn({ relayId, limit }, 'the next step of a relayed message was refused');
    return;
  }
  const message = toRelayMessage(ctx, relay, facts, eraseAt);
  const start = { steps: facts.steps, from: claimed.step + 1, claimed };
  const result = await deliver(ctx.delivery, message, start);
  if (!result.isAccepted && !result.mayHaveArrived) await limiter.refund(origin, hits);
  const channel = result.isAccepted ? result.channel : 'none';
  metrics.laterSteps.inc({ channel, outcome: result.isAccepted ? 'accepted' : 'failed' });
}
