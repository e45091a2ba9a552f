import { setTimeout as pause } from 'node:timers/promises';
import { type Channel, ChannelError, type ChannelMessage } from '../../channels/contract.ts';
import type { WorkflowStep } from '../../domain/delivery/workflow.ts';
import type { AppError } from '../../domain/errors.ts';
import { createDeadline, orDeadline } from '../../lib/concurrency/deadline.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { ClaimedDelivery } from '../../storage/delivery/claims.ts';
import type { Claim } from '../../storage/delivery/delivery-statements.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import type { DeliveryContext, EnabledChannel } from './context.ts';
import { type FailedAttempt, toFailure } from './delivery-failure.ts';
import { type AcceptedDelivery, recordAcceptance, recordFailure } from './record-attempt.ts';
import { findChannel } from './workflow.ts';

/** A message, before the channel that sends it is known. */
export type Message = Omit<ChannelMessage, 'messageId' | 'deadline' | 'milliseconds' | 'text'> & {
  /** The session that is stored until the channel reports the one it used. */
  readonly sessionId: string;
  /** Where channels send that reach an email address. */
  readonly email?: string | undefined;
  /** Writes the text for one channel. */
  readonly writeText: (channel: string) => Promise<string>;
};

/** Where in its steps a delivery begins. */
type Start = {
  readonly steps: readonly WorkflowStep[];
  /** The position of the first step to take; 0 by default. */
  readonly from?: number;
  /** The delivery of the first step, if it is stored already. */
  readonly first?: FirstDelivery | undefined;
  /** The delivery of the step before, if this node has claimed it. */
  readonly claimed?: ClaimedDelivery | undefined;
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

/** How much longer than its time limit a delivery belongs to its node. */
const CLAIM_MARGIN_SECONDS = 10;

/**
 * Sends a message by the first step whose channel accepts it, within one deadline for all of them. Each
 * gets an equal share of the remaining time, so that a slow one leaves time for the next. If none
 * accepts it, the result says whether the message may have been sent anyway. If later steps may follow the one that
 * accepts it, the row says when.
 */
export async function deliver(
  ctx: DeliveryContext,
  message: Message,
  { steps, from = 0, first, claimed }: Start,
): Promise<DeliveryResult> {
  const endsAt = performance.now() + ctx.timeoutSeconds * 1000;
  const failed: FailedAttempt[] = [];
  let before: Before = { first, claimed };
  for (const planned of planFrom(ctx, steps, from)) {
    const messageId = await begin(ctx, planned, message, before).catch((error: unknown) => {
      if (failed.length === 0) throw error;
      // An earlier message may have arrived: the limits must not be refunded as if nothing had been sent.
      ctx.logger.error({ err: error }, 'could not store the next step of a delivery');
      return undefined;
    });
    if (messageId === undefined) break;
    before = {};
    const milliseconds = (endsAt - performance.now()) / planned.remaining;
    const dueAt = dueAfter(planned, ctx.now());
    const attempt = { messageId, milliseconds, isSkippable: planned.remaining > 1, dueAt };
    const result = await attemptDelivery(ctx, planned.channel, message, attempt);
    if (result.isAccepted) return result;
    failed.push(result);
    if (result.reason === 'fraud_blocked') break;
  }
  return {
    isAccepted: false,
    error: toFailure(failed),
    mayHaveArrived: failed.some(({ mayHaveArrived }) => mayHaveArrived),
  };
}

type PlannedStep = {
  readonly step: WorkflowStep;
  readonly channel: EnabledChannel;
  readonly position: number;
  /** How many steps there are from this one on. */
  readonly remaining: number;
};

/** What is stored before the first step of this call. */
type Before = Pick<Start, 'first' | 'claimed'>;

/** The steps from a position on whose channels are enabled. */
function planFrom(
  ctx: DeliveryContext,
  steps: readonly WorkflowStep[],
  from: number,
): PlannedStep[] {
  const enabled = steps.flatMap((step, position) => {
    const channel = findChannel(ctx, step.channel);
    return channel && position >= from ? [{ step, channel, position }] : [];
  });
  return enabled.map((one, index) => ({ ...one, remaining: enabled.length - index }));
}

/**
 * Stores the delivery of the first step before it is attempted; undefined if the verification has ended, or if the
 * channel of no step is enabled.
 */
export async function beginDelivery(
  ctx: DeliveryContext,
  message: Message,
  steps: readonly WorkflowStep[],
): Promise<FirstDelivery | undefined> {
  const [planned] = planFrom(ctx, steps, 0);
  const messageId = planned && (await begin(ctx, planned, message, {}));
  if (!planned || messageId === undefined) return undefined;
  return { channel: planned.channel.name, messageId, until: planned.step.until };
}

/** The claim of this node on a delivery that begins now. */
export function toClaim(ctx: DeliveryContext): Claim {
  return { nodeId: ctx.nodeId, until: addSeconds(ctx.now(), claimSeconds(ctx)) };
}

/** How long a delivery belongs to its node. */
export function claimSeconds({ timeoutSeconds }: DeliveryContext): number {
  return timeoutSeconds + CLAIM_MARGIN_SECONDS;
}

/**
 * Stores a delivery before it is attempted; returns its message ID, or undefined if the verification has ended, a receipt
 * has arrived or the claim is lost.
 */
async function begin(
  ctx: DeliveryContext,
  { step, channel, position }: PlannedStep,
  { accountId, verificationId, sessionId }: Message,
  { first, claimed }: Before,
): Promise<string | undefined> {
  if (first) return first.messageId;
  const { deliveries, now } = ctx;
  const messageId = channel.drawMessageId();
  const ofVerification = { accountId, verificationId, sessionId };
  const ofStep = { channel: channel.name, messageId, step: position, until: step.until };
  const delivery = { ...ofVerification, ...ofStep };
  const claim = toClaim(ctx);
  const isBegun = claimed
    ? await deliveries.beginNext(claimed, delivery, now(), claim)
    : await deliveries.beginClaimed(delivery, now(), claim);
  return isBegun ? messageId : undefined;
}

function dueAfter({ step, remaining }: PlannedStep, now: Date): Date | undefined {
  const isWaiting = step.until !== 'accepted' && remaining > 1;
  return isWaiting ? addSeconds(now, step.waitSeconds) : undefined;
}

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
async function attemptDelivery(
  ctx: DeliveryContext,
  channel: EnabledChannel,
  { writeText, ...message }: Message,
  attempt: Attempt,
): Promise<AcceptedDelivery | FailedAttempt> {
  const { name } = channel;
  const { messageId, milliseconds } = attempt;
  const startedAt = performance.now();
  if (attempt.isSkippable && ctx.circuits.isOpen(name)) {
    return recordFailure(ctx, message, { messageId, channel: name, error: skipped() });
  }
  const text = await writeText(name);
  const share = Math.max(1, Math.ceil(milliseconds));
  const { signal: deadline, clear } = createDeadline(share);
  try {
    const limits = { deadline, milliseconds: share };
    const addressed = { ...addressTo(channel, message), text, messageId, ...limits };
    const repeatsUntil = startedAt + milliseconds - REPEAT_MS;
    const sending = send(channel, addressed, repeatsUntil).finally(clear);
    const accepted = await orDeadline(sending, deadline, unanswered);
    observe(ctx, name, 'accepted', startedAt);
    ctx.circuits.note(name, undefined);
    return await recordAcceptance(ctx, message, { ...attempt, channel: name, accepted });
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    observe(ctx, name, error.reason, startedAt);
    ctx.circuits.note(name, error.reason);
    return recordFailure(ctx, message, { messageId, channel: name, error });
  }
}

/** The message with the address that the channel reaches. */
function addressTo(
  { reaches }: EnabledChannel,
  { email, sessionId: _, ...message }: Omit<Message, 'writeText'>,
) {
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
