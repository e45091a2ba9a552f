import { type Channel, ChannelError, type ChannelMessage } from '../../channels/contract.ts';
import type { ChannelName, DeliveryFailureReason } from '../../domain/delivery.ts';
import { AppError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import { drawHandle } from '../../lib/secrets.ts';
import type { DeliveryStore } from '../../storage/delivery-store.ts';
import type { Metrics } from '../metrics/metrics-service.ts';

type Dependencies = {
  readonly deliveries: DeliveryStore;
  /** In the order in which they are tried. */
  readonly channels: readonly Channel[];
  readonly timeoutSeconds: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: Clock;
};

type Message = Omit<ChannelMessage, 'messageId' | 'deadline'> & { readonly accountId: string };

export type DeliveryResult =
  | { readonly isAccepted: true; readonly channel: ChannelName; readonly messageId: string }
  | {
      readonly isAccepted: false;
      /** `recipient_unreachable`, `provider_unavailable` or `delivery_failed`. */
      readonly error: AppError;
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
    const reasons: DeliveryFailureReason[] = [];
    for (const [index, channel] of candidates.entries()) {
      const share = (endsAt - performance.now()) / (candidates.length - index);
      const attempt = await attemptDelivery(channel, message, Math.max(1, share));
      if (attempt.isAccepted) return attempt;
      reasons.push(attempt.reason);
    }
    return {
      isAccepted: false,
      error: toFailure(reasons),
      mayHaveArrived: reasons.includes('timeout'),
    };
  }

  async function attemptDelivery(channel: Channel, message: Message, milliseconds: number) {
    const messageId = drawHandle(16);
    const { accountId, session, ...rest } = message;
    const { verificationId } = message;
    await deliveries.begin(
      { accountId, verificationId, channel: channel.name, sessionId: session, messageId },
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
      await orTimeout(channel.send({ ...rest, session, messageId, deadline }), deadline);
      observe('accepted');
      // The message is out: a fault of the record must not make it a failure.
      await deliveries.markAccepted(messageId, now()).catch((err: unknown) => {
        logger.error({ err, verificationId }, 'an accepted delivery stays pending');
      });
      return { isAccepted: true as const, channel: channel.name, messageId };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      const { reason, message: details } = error;
      observe(reason);
      logger.warn({ channel: channel.name, verificationId, reason, details }, 'delivery failed');
      await deliveries.markFailed(messageId, { reason, details }, now());
      return { isAccepted: false as const, reason };
    }
  }

  return { deliver, channelNames: channels.map(({ name }) => name) };
}

/** Stops waiting at the deadline, whether or not the channel heeds it. */
function orTimeout<T>(sending: Promise<T>, deadline: AbortSignal): Promise<T> {
  const timeout = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () =>
      reject(new ChannelError('timeout', 'the channel did not answer in time')),
    );
  });
  return Promise.race([sending, timeout]);
}

function toFailure(reasons: readonly DeliveryFailureReason[]): AppError {
  if (reasons.length > 0 && reasons.every((reason) => reason === 'not_on_channel')) {
    return new AppError('recipient_unreachable', 'The recipient has no account on any channel');
  }
  if (reasons.some((reason) => reason === 'unavailable' || reason === 'timeout')) {
    return new AppError('provider_unavailable', 'No channel could take the message; try again', {
      retryAfterSeconds: 5,
    });
  }
  return new AppError('delivery_failed', 'Every channel refused the message');
}
