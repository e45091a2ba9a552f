import { type Channel, ChannelError, type ChannelMessage } from '../../channels/contract.ts';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { orDeadline } from '../../lib/concurrency/deadline.ts';
import type { DeliveryContext } from './context.ts';

export type Message = Omit<ChannelMessage, 'messageId' | 'deadline'> & {
  /** The session that the attempt is on record under until its channel tells another. */
  readonly sessionId: string;
};

export type AcceptedDelivery = {
  readonly isAccepted: true;
  readonly channel: string;
  readonly messageId: string;
  /** The session that it went through, where the channel has sessions. */
  readonly sessionId: string | undefined;
};

/** Why one channel did not take a message, in words for operators. */
type FailedAttempt = {
  readonly isAccepted: false;
  readonly channel: string;
  readonly reason: DeliveryFailureReason;
  readonly details: string;
  readonly mayHaveArrived: boolean;
};

export type DeliveryResult =
  | AcceptedDelivery
  | {
      readonly isAccepted: false;
      /** `recipient_unreachable`, `provider_unavailable` or `delivery_failed`. */
      readonly error: AppError;
      /** Whether a channel had the message in hand and did not clearly refuse it. */
      readonly mayHaveArrived: boolean;
    };

/**
 * Sends one message by the first channel that takes it, within one deadline for all of them. Each
 * channel gets an equal share of the time that is left, so that a silent one leaves the next its turn.
 * When none did, the failure says whether the message may have gone out all the same.
 */
export async function deliver(
  ctx: DeliveryContext,
  message: Message,
  only?: string,
): Promise<DeliveryResult> {
  const candidates = ctx.channels.filter(({ name }) => only === undefined || name === only);
  const endsAt = performance.now() + ctx.timeoutSeconds * 1000;
  const failed: FailedAttempt[] = [];
  for (const [index, channel] of candidates.entries()) {
    const share = (endsAt - performance.now()) / (candidates.length - index);
    const attempt = await attemptDelivery(ctx, channel, message, Math.max(1, share));
    if (attempt.isAccepted) return attempt;
    failed.push(attempt);
  }
  return {
    isAccepted: false,
    error: toFailure(failed),
    mayHaveArrived: failed.some(({ mayHaveArrived }) => mayHaveArrived),
  };
}

/** One attempt on one channel, with its row. @throws what is not the channel's own failure. */
async function attemptDelivery(
  ctx: DeliveryContext,
  channel: Channel,
  message: Message,
  milliseconds: number,
): Promise<AcceptedDelivery | FailedAttempt> {
  const { deliveries, now } = ctx;
  const { name } = channel;
  const { sessionId, ...rest } = message;
  const { accountId, verificationId } = message;
  const messageId = channel.drawMessageId();
  await deliveries.begin({ accountId, verificationId, channel: name, sessionId, messageId }, now());
  const startedAt = performance.now();
  try {
    const deadline = AbortSignal.timeout(Math.ceil(milliseconds));
    const sending = channel.send({ ...rest, messageId, deadline });
    const { sessionId: usedSession, details } = await orDeadline(sending, deadline, unanswered);
    observe(ctx, name, 'accepted', startedAt);
    // The message is out: a fault of the record must not make it a failure.
    const way = { sessionId: usedSession, details };
    await deliveries.markAccepted(messageId, way, now()).catch((err: unknown) => {
      ctx.logger.error({ err, verificationId }, 'an accepted delivery stays pending');
    });
    return { isAccepted: true, channel: name, messageId, sessionId: usedSession };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { reason, message: details, mayHaveArrived } = error;
    observe(ctx, name, reason, startedAt);
    ctx.logger.warn({ channel: name, verificationId, reason, details }, 'delivery failed');
    // Whether the message may be out decides what stays counted: a fault of the record must not.
    await deliveries.markFailed(messageId, { reason, details }, now()).catch((err: unknown) => {
      ctx.logger.error({ err, verificationId }, 'a failed delivery stays pending');
    });
    return { isAccepted: false, channel: name, reason, details, mayHaveArrived };
  }
}

function observe(
  { metrics }: DeliveryContext,
  channel: string,
  outcome: string,
  startedAt: number,
): void {
  const seconds = (performance.now() - startedAt) / 1000;
  metrics.deliverySeconds.observe({ channel, outcome }, seconds);
}

/** What becomes of a channel that does not heed the deadline. */
function unanswered(): ChannelError {
  return new ChannelError('timeout', 'the channel did not answer in time');
}

/** Names each channel with its reason: the caller is a developer who must tell why no code arrived. */
function toFailure(failed: readonly FailedAttempt[]): AppError {
  const errors = failed.map(({ channel, reason, details }) => ({
    path: channel,
    message: `${reason}: ${details}`,
    code: reason,
  }));
  const reasons = failed.map(({ reason }) => reason);
  if (reasons.length > 0 && reasons.every((reason) => reason === 'not_on_channel')) {
    return new AppError('recipient_unreachable', 'The recipient has no account on any channel', {
      errors,
    });
  }
  if (reasons.some((reason) => reason === 'unavailable' || reason === 'timeout')) {
    return new AppError('provider_unavailable', 'No channel could take the message; try again', {
      errors,
      retryAfterSeconds: 5,
    });
  }
  return new AppError('delivery_failed', 'Every channel refused the message', { errors });
}
