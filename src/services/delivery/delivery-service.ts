import {
  type Channel,
  ChannelError,
  type ChannelMessage,
  type DeliveryReceipt,
} from '../../channels/contract.ts';
import type { ChannelName, DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import { orDeadline } from '../../lib/concurrency/deadline.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Clock } from '../../lib/time/clock.ts';
import type { DeliveryStore } from '../../storage/delivery/delivery-store.ts';
import type { Metrics } from '../operations/metrics-service.ts';

type Dependencies = {
  readonly deliveries: DeliveryStore;
  /** In the order in which they are tried. */
  readonly channels: readonly Channel[];
  readonly timeoutSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
};

type Message = Omit<ChannelMessage, 'messageId' | 'deadline'> & {
  /** The session that the attempt is on record under until its channel tells another. */
  readonly sessionId: string;
};

/** Why one channel did not take a message, in words for operators. */
type FailedAttempt = {
  readonly channel: ChannelName;
  readonly reason: DeliveryFailureReason;
  readonly details: string;
  readonly mayHaveArrived: boolean;
};

export type DeliveryResult =
  | {
      readonly isAccepted: true;
      readonly channel: ChannelName;
      readonly messageId: string;
      /** The session that it went through, where the channel has sessions. */
      readonly sessionId: string | undefined;
    }
  | {
      readonly isAccepted: false;
      /** `recipient_unreachable`, `provider_unavailable` or `delivery_failed`. */
      readonly error: AppError;
      /** Whether a channel had the message in hand and did not clearly refuse it. */
      readonly mayHaveArrived: boolean;
    };

export type DeliveryService = ReturnType<typeof createDeliveryService>;

export function createDeliveryService(dependencies: Dependencies) {
  const { deliveries, channels, timeoutSeconds, metrics, logger, now } = dependencies;

  /**
   * Sends one message by the first channel that takes it, within one deadline for all of them. Each
   * channel gets an equal share of the time that is left, so that a silent one leaves the next its turn.
   * When none did, the failure says whether the message may have gone out all the same.
   */
  async function deliver(message: Message, only: ChannelName | undefined): Promise<DeliveryResult> {
    const candidates = channels.filter(({ name }) => only === undefined || name === only);
    const endsAt = performance.now() + timeoutSeconds * 1000;
    const failed: FailedAttempt[] = [];
    for (const [index, channel] of candidates.entries()) {
      const share = (endsAt - performance.now()) / (candidates.length - index);
      const attempt = await attemptDelivery(channel, message, Math.max(1, share));
      if (attempt.isAccepted) return attempt;
      failed.push(attempt);
    }
    return {
      isAccepted: false,
      error: toFailure(failed),
      mayHaveArrived: failed.some(({ mayHaveArrived }) => mayHaveArrived),
    };
  }

  async function attemptDelivery(channel: Channel, message: Message, milliseconds: number) {
    const messageId = channel.drawMessageId();
    const { sessionId, ...rest } = message;
    const { accountId, verificationId } = message;
    await deliveries.begin(
      { accountId, verificationId, channel: channel.name, sessionId, messageId },
      now(),
    );
    const startedAt = performance.now();
    const observe = (outcome: string) =>
      metrics.deliverySeconds.observe(
        { channel: channel.name, outcome },
        (performance.now() - startedAt) / 1000,
      );
    try {
      const deadline = AbortSignal.timeout(Math.ceil(milliseconds));
      const sending = channel.send({ ...rest, messageId, deadline });
      const { sessionId: usedSession, details } = await orDeadline(sending, deadline, unanswered);
      observe('accepted');
      // The message is out: a fault of the record must not make it a failure.
      const way = { sessionId: usedSession, details };
      await deliveries.markAccepted(messageId, way, now()).catch((err: unknown) => {
        logger.error({ err, verificationId }, 'an accepted delivery stays pending');
      });
      return {
        isAccepted: true as const,
        channel: channel.name,
        messageId,
        sessionId: usedSession,
      };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      const { reason, message: details, mayHaveArrived } = error;
      observe(reason);
      logger.warn({ channel: channel.name, verificationId, reason, details }, 'delivery failed');
      // Whether the message may be out decides what stays counted: a fault of the record must not.
      await deliveries.markFailed(messageId, { reason, details }, now()).catch((err: unknown) => {
        logger.error({ err, verificationId }, 'a failed delivery stays pending');
      });
      return {
        isAccepted: false as const,
        channel: channel.name,
        ...{ reason, details, mayHaveArrived },
      };
    }
  }

  /** Records what became of an accepted message. News come in any order, and never take back better ones. */
  function recordReceipt({ sessionId, messageId, status }: DeliveryReceipt): void {
    const mark = status === 'read' ? deliveries.markRead : deliveries.markDelivered;
    mark(messageId, sessionId, now()).catch((err: unknown) => {
      logger.error({ err, messageId, status }, 'news of a delivery lost');
    });
  }

  return { deliver, recordReceipt, channelNames: channels.map(({ name }) => name) };
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
