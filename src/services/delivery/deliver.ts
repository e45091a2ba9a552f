import { type Channel, ChannelError, type ChannelMessage } from '../../channels/contract.ts';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { createDeadline, orDeadline } from '../../lib/concurrency/deadline.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import type { DeliveryContext } from './context.ts';

export type Message = Omit<ChannelMessage, 'messageId' | 'deadline' | 'text'> & {
  /** The session that is stored until the channel reports the one it used. */
  readonly sessionId: string;
  /** Writes the text for one channel. */
  readonly writeText: (channel: string) => Promise<string>;
};

/** A message for one channel. */
type ReadyMessage = Omit<Message, 'writeText'> & Pick<ChannelMessage, 'messageId' | 'text'>;

type AcceptedDelivery = {
  readonly isAccepted: true;
  readonly channel: string;
  readonly messageId: string;
  /** The session that sent the message, if the channel has sessions. */
  readonly sessionId: string | undefined;
  /** False if the verification has ended meanwhile, because another node settled its send. */
  readonly isLive: boolean;
};

/** The channels to try, and the first attempt, which is stored together with the verification. */
export type DeliveryPlan = {
  readonly channels: readonly Channel[];
  readonly first: FirstDelivery | undefined;
};

/** Why a channel did not accept a message. `details` is for operators. */
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
      /** Whether a channel had received the message and did not clearly refuse it. */
      readonly mayHaveArrived: boolean;
    };

/** Plans to try all channels, or only one. */
export function planDelivery(ctx: DeliveryContext, only?: string): DeliveryPlan {
  const channels = ctx.channels.filter(({ name }) => only === undefined || name === only);
  const [first] = channels;
  return {
    channels,
    first: first && { channel: first.name, messageId: first.drawMessageId() },
  };
}

/**
 * Sends a message through the first channel that accepts it, within one deadline for all channels. Each
 * channel gets an equal share of the remaining time, so that a slow one leaves time for the next. If none
 * accepts it, the result says whether the message may have been sent anyway. The first attempt of the plan
 * must be stored already.
 */
export async function deliver(
  ctx: DeliveryContext,
  { writeText, ...message }: Message,
  { channels, first }: DeliveryPlan,
): Promise<DeliveryResult> {
  const endsAt = performance.now() + ctx.timeoutSeconds * 1000;
  const failed: FailedAttempt[] = [];
  for (const [index, channel] of channels.entries()) {
    const messageId =
      index === 0 && first ? first.messageId : await beginNext(ctx, channel, message);
    const text = await writeText(channel.name);
    const share = (endsAt - performance.now()) / (channels.length - index);
    const attempt = await attemptDelivery(ctx, channel, { ...message, messageId, text }, share);
    if (attempt.isAccepted) return attempt;
    failed.push(attempt);
  }
  return {
    isAccepted: false,
    error: toFailure(failed),
    mayHaveArrived: failed.some(({ mayHaveArrived }) => mayHaveArrived),
  };
}

/** Stores an attempt before it is made, and returns the id of its message. */
async function beginNext(
  { deliveries, now }: DeliveryContext,
  channel: Channel,
  { accountId, verificationId, sessionId }: Omit<Message, 'writeText'>,
): Promise<string> {
  const messageId = channel.drawMessageId();
  const attempt = { accountId, verificationId, sessionId, channel: channel.name, messageId };
  await deliveries.begin(attempt, now());
  return messageId;
}

/** Tries one channel, and stores the result. @throws any error that is not a `ChannelError`. */
async function attemptDelivery(
  ctx: DeliveryContext,
  channel: Channel,
  { sessionId: _, ...message }: ReadyMessage,
  milliseconds: number,
): Promise<AcceptedDelivery | FailedAttempt> {
  const { deliveries, now } = ctx;
  const { name } = channel;
  const { verificationId, messageId } = message;
  const startedAt = performance.now();
  const { signal: deadline, clear } = createDeadline(Math.max(1, Math.ceil(milliseconds)));
  try {
    const sending = channel.send({ ...message, deadline }).finally(clear);
    const { sessionId, details } = await orDeadline(sending, deadline, unanswered);
    observe(ctx, name, 'accepted', startedAt);
    // The message is sent: a failed write must not turn it into a failure.
    const isLive = await deliveries
      .markAccepted({ verificationId, channel: name, messageId }, { sessionId, details }, now())
      .catch((err: unknown) => {
        ctx.logger.error(
          { err, verificationId },
          'delivery was accepted but could not be saved; it stays pending',
        );
        return true;
      });
    return { isAccepted: true, channel: name, messageId, sessionId, isLive };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { reason, message: details, mayHaveArrived } = error;
    observe(ctx, name, reason, startedAt);
    ctx.logger.warn({ channel: name, verificationId, reason, details }, 'delivery failed');
    // A failed write must not affect the limits: they depend on whether the message may be out.
    await deliveries.markFailed(messageId, { reason, details }, now()).catch((err: unknown) => {
      ctx.logger.error(
        { err, verificationId },
        'delivery failed but could not be saved; it stays pending',
      );
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

/** The error for a channel that ignores the deadline. */
function unanswered(): ChannelError {
  return new ChannelError('timeout', 'the channel did not answer in time');
}

/** Lists each channel with its reason, so that a developer can find out why no code arrived. */
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
    return new AppError('provider_unavailable', 'No channel could accept the message. Try again.', {
      errors,
      retryAfterSeconds: 5,
    });
  }
  return new AppError('delivery_failed', 'No channel accepted the message', { errors });
}
