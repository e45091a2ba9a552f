import type { Channel, ChannelError } from '../../channels/contract.ts';
import type { DeliveryContext } from './context.ts';
import type { FailedAttempt } from './delivery-failure.ts';

export type AcceptedDelivery = {
  readonly isAccepted: true;
  readonly channel: string;
  readonly messageId: string;
  /** The session that sent the message, if the channel has sessions. */
  readonly sessionId: string | undefined;
  /** False if the verification has ended meanwhile, because another node settled its send. */
  readonly isLive: boolean;
};

type OfVerification = { readonly verificationId: string };

type Accepted = Awaited<ReturnType<Channel['send']>>;

/** The message is sent: a failed write must not turn it into a failure. */
export async function recordAcceptance(
  { deliveries, metrics, logger, now }: DeliveryContext,
  { verificationId }: OfVerification,
  {
    messageId,
    channel,
    dueAt,
    accepted: { sessionId, details, providerMessageId },
  }: {
    readonly messageId: string;
    readonly channel: string;
    /** When the next step starts unless the message has reached its goal; undefined if none starts. */
    readonly dueAt: Date | undefined;
    readonly accepted: Partial<Accepted>;
  },
): Promise<AcceptedDelivery> {
  metrics.channelSends.inc({ channel });
  const acceptance = { sessionId, providerMessageId, details, dueAt };
  const isLive = await deliveries
    .markAccepted({ verificationId, channel, messageId }, acceptance, now())
    .catch((err: unknown) => {
      logger.error(
        { err, verificationId },
        'delivery was accepted but could not be saved; it stays in the state sending',
      );
      return true;
    });
  return { isAccepted: true, channel, messageId, sessionId, isLive };
}

/** If a receipt has arrived meanwhile, the message was accepted after all. */
export async function recordFailure(
  ctx: DeliveryContext,
  { verificationId }: OfVerification,
  {
    messageId,
    channel,
    error,
  }: { readonly messageId: string; readonly channel: string; readonly error: ChannelError },
): Promise<AcceptedDelivery | FailedAttempt> {
  const { deliveries, logger, now } = ctx;
  const { reason, message: details, mayHaveArrived } = error;
  logger.warn({ channel, verificationId, reason, details }, 'delivery failed');
  // A failed write must not affect the limits: they depend on whether the message may be out.
  const isFailed = await deliveries
    .markFailed(messageId, { reason, details }, now())
    .catch((err: unknown) => {
      logger.error(
        { err, verificationId },
        'delivery failed but could not be saved; it stays in the state sending',
      );
      return true;
    });
  if (isFailed) return { isAccepted: false, channel, reason, details, mayHaveArrived };
  return recordAcceptance(
    ctx,
    { verificationId },
    { messageId, channel, dueAt: undefined, accepted: {} },
  );
}
