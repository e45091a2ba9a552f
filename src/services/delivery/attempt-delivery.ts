import { setTimeout as pause } from 'node:timers/promises';
import { type Channel, ChannelError, type ChannelMessage } from '../../channels/contract.ts';
import type { DeliveryFailureReason } from '../../domain/delivery/delivery.ts';
import { createDeadline, orDeadline } from '../../lib/concurrency/deadline.ts';
import type { DeliveryContext, EnabledChannel } from './context.ts';

/** A message, before the channel that sends it is known. */
export type Message = Omit<ChannelMessage, 'messageId' | 'deadline'> & {
  /** The session that is stored until the channel reports the one it used. */
  readonly sessionId: string;
  /** Where channels send that reach an email address. */
  readonly email?: string | undefined;
};

export type AcceptedDelivery = {
  readonly isAccepted: true;
  readonly channel: string;
  readonly messageId: string;
  /** The session that sent the message, if the channel has sessions. */
  readonly sessionId: string | undefined;
  /** False if the verification has ended meanwhile, because another node settled its send. */
  readonly isLive: boolean;
};

/** Why a channel did not accept a message. `details` is for operators. */
export type FailedAttempt = {
  readonly isAccepted: false;
  readonly channel: string;
  readonly reason: DeliveryFailureReason;
  readonly details: string;
  readonly mayHaveArrived: boolean;
};

type Attempt = {
  readonly messageId: string;
  readonly milliseconds: number;
  /** Whether the next step may take the place of a channel that is misconfigured. */
  readonly isSkippable: boolean;
  /** When the next step starts unless the message has reached its goal; undefined if none starts. */
  readonly dueAt: Date | undefined;
};

/** The pause before a message is handed to the same channel again. */
const REPEAT_MS = 250;

/** Tries one channel, and stores the result. @throws any error that is not a `ChannelError`. */
export async function attemptDelivery(
  ctx: DeliveryContext,
  channel: EnabledChannel,
  message: Message,
  { messageId, milliseconds, isSkippable, dueAt }: Attempt,
): Promise<AcceptedDelivery | FailedAttempt> {
  const { deliveries, now } = ctx;
  const { name } = channel;
  const { verificationId } = message;
  const startedAt = performance.now();
  const { signal: deadline, clear } = createDeadline(Math.max(1, Math.ceil(milliseconds)));
  try {
    if (isSkippable && ctx.circuits.isOpen(name)) throw skipped();
    const repeatsUntil = startedAt + milliseconds - REPEAT_MS;
    const addressed = { ...addressTo(channel, message), messageId, deadline };
    const sending = send(channel, addressed, repeatsUntil).finally(clear);
    const { sessionId, details, providerMessageId } = await orDeadline(
      sending,
      deadline,
      unanswered,
    );
    observe(ctx, name, 'accepted', startedAt);
    ctx.circuits.note(name, undefined);
    // The message is sent: a failed write must not turn it into a failure.
    const isLive = await deliveries
      .markAccepted(
        { verificationId, channel: name, messageId },
        { sessionId, providerMessageId, details, dueAt },
        now(),
      )
      .catch((err: unknown) => {
        ctx.logger.error(
          { err, verificationId },
          'delivery was accepted but could not be saved; it stays in the state sending',
        );
        return true;
      });
    return { isAccepted: true, channel: name, messageId, sessionId, isLive };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { reason, message: details, mayHaveArrived } = error;
    observe(ctx, name, reason, startedAt);
    ctx.circuits.note(name, reason);
    ctx.logger.warn({ channel: name, verificationId, reason, details }, 'delivery failed');
    // A failed write must not affect the limits: they depend on whether the message may be out.
    await deliveries.markFailed(messageId, { reason, details }, now()).catch((err: unknown) => {
      ctx.logger.error(
        { err, verificationId },
        'delivery failed but could not be saved; it stays in the state sending',
      );
    });
    return { isAccepted: false, channel: name, reason, details, mayHaveArrived };
  }
}

/** The message with the address that the channel reaches. */
function addressTo({ reaches }: EnabledChannel, { email, sessionId: _, ...message }: Message) {
  return reaches === 'email' ? { ...message, recipient: email ?? '' } : message;
}

/** Sends a message; once more if the channel was not available, cannot have sent it, and there is time. */
async function send(
  channel: EnabledChannel,
  message: ChannelMessage,
  repeatsUntil: number,
): ReturnType<Channel['send']> {
  try {
    return await channel.send(message);
  } catch (error) {
    const isInTime = performance.now() + REPEAT_MS < repeatsUntil;
    if (!isInTime || !isWorthRepeating(channel, error)) throw error;
    await pause(REPEAT_MS);
    return channel.send(message);
  }
}

/** A channel with sessions has tried each of them. */
function isWorthRepeating({ hasSessions, deduplicates }: EnabledChannel, error: unknown): boolean {
  if (hasSessions || !(error instanceof ChannelError) || !error.retryable) return false;
  return !error.mayHaveArrived || deduplicates === true;
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

/** The error for a channel that is not tried, because its last messages failed. */
function skipped(): ChannelError {
  return new ChannelError('misconfigured', 'the channel is skipped, because it is misconfigured');
}

/** The error for a channel that ignores the deadline. */
function unanswered(): ChannelError {
  return new ChannelError('timeout', 'the channel did not answer in time');
}
