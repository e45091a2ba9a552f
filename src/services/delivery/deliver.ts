import type { WorkflowStep } from '../../domain/delivery/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import { addSeconds } from '../../lib/time/clock.ts';
import type { ClaimedDelivery } from '../../storage/delivery/delivery-store.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import {
  type AcceptedDelivery,
  attemptDelivery,
  type FailedAttempt,
  type Message,
} from './attempt-delivery.ts';
import type { DeliveryContext, EnabledChannel } from './context.ts';
import { findChannel } from './workflow.ts';

export type { Message };

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
    const messageId = await begin(ctx, planned, message, before);
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
  return steps.slice(from).flatMap((step, index) => {
    const channel = findChannel(ctx, step.channel);
    const position = from + index;
    return channel ? [{ step, channel, position, remaining: steps.length - position }] : [];
  });
}

/** How long a delivery that begins now belongs to its node. */
export function claimUntil({ timeoutSeconds, now }: DeliveryContext): Date {
  return addSeconds(now(), timeoutSeconds + CLAIM_MARGIN_SECONDS);
}

/** Stores a delivery before it is attempted; returns its message ID, or undefined if the claim is lost. */
async function begin(
  ctx: DeliveryContext,
  { step, channel, position }: PlannedStep,
  { accountId, verificationId, sessionId }: Message,
  { first, claimed }: Before,
): Promise<string | undefined> {
  if (first) return first.messageId;
  const { deliveries, nodeId, now } = ctx;
  const messageId = channel.drawMessageId();
  const ofVerification = { accountId, verificationId, sessionId };
  const ofStep = { channel: channel.name, messageId, step: position, until: step.until };
  const delivery = { ...ofVerification, ...ofStep };
  const claim = { nodeId, until: claimUntil(ctx) };
  if (!claimed) await deliveries.begin(delivery, now(), claim);
  else if (!(await deliveries.beginNext(claimed, delivery, now(), claim))) return undefined;
  return messageId;
}

function dueAfter({ step, remaining }: PlannedStep, now: Date): Date | undefined {
  const isWaiting = step.until !== 'accepted' && remaining > 1;
  return isWaiting ? addSeconds(now, step.waitSeconds) : undefined;
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
