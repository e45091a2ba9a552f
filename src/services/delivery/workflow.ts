import {
  MOST_STEPS,
  type RequestedStep,
  type WorkflowStep,
} from '../../domain/delivery/workflow.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import type { DeliveryContext, EnabledChannel } from './context.ts';

/** What a caller says about how a code reaches its recipient. */
export type DeliveryWishes = {
  /** The only channel to try. */
  readonly channel?: string | undefined;
  /** The steps to take instead of those of the configuration. */
  readonly workflow?: readonly RequestedStep[] | undefined;
  /** Where channels send that reach an email address. */
  readonly email?: string | undefined;
};

/** The steps to take, and the first delivery, which is stored together with the verification. */
export type DeliveryPlan = {
  readonly steps: readonly WorkflowStep[];
  readonly first: FirstDelivery | undefined;
};

/**
 * Plans the steps that the caller wishes; by default, one for each enabled channel that can reach the recipient.
 * @throws {AppError} `validation_failed` for a channel that is not enabled, or that needs an email address.
 */
export function planDelivery(ctx: DeliveryContext, wishes: DeliveryWishes = {}): DeliveryPlan {
  const steps = toSteps(ctx, wishes);
  const [first] = steps;
  const channel = first && findChannel(ctx, first.channel);
  return {
    steps,
    first: first &&
      channel && { channel: channel.name, messageId: channel.drawMessageId(), until: first.until },
  };
}

/** The enabled channel with this name. */
export function findChannel(
  { channels }: Pick<DeliveryContext, 'channels'>,
  name: string,
): EnabledChannel | undefined {
  return channels.find((channel) => channel.name === name);
}

function toSteps(ctx: DeliveryContext, wishes: DeliveryWishes): readonly WorkflowStep[] {
  const { channel, workflow, email } = wishes;
  const { waitSeconds, goal: until } = ctx;
  if (workflow) {
    return workflow.map((step, index) =>
      toStep(assertUsable(ctx, step.channel, email, `workflow.${index}.channel`), {
        waitSeconds: step.waitSeconds ?? waitSeconds,
        until: step.until ?? until,
      }),
    );
  }
  if (channel !== undefined) {
    return [toStep(assertUsable(ctx, channel, email, 'channel'), { waitSeconds, until })];
  }
  const usable = ctx.channels.filter(({ reaches }) => reaches !== 'email' || email !== undefined);
  if (usable.length === 0)
    throw invalidField('email', 'is required by the enabled channels', 'required');
  return usable.slice(0, MOST_STEPS).map((one) => toStep(one, { waitSeconds, until }));
}

/** A channel that does not report delivery has done its part when it accepts the message. */
function toStep(
  { name, reportsDelivery = false }: EnabledChannel,
  { waitSeconds, until }: Pick<WorkflowStep, 'waitSeconds' | 'until'>,
): WorkflowStep {
  return { channel: name, waitSeconds, until: reportsDelivery ? until : 'accepted' };
}

function assertUsable(
  ctx: DeliveryContext,
  name: string,
  email: string | undefined,
  path: string,
): EnabledChannel {
  const channel = findChannel(ctx, name);
  const names = ctx.channels.map((one) => one.name).join(', ');
  if (!channel)
    throw invalidField(path, `is not enabled. Enabled channels: ${names}`, 'invalid_value');
  if (channel.reaches === 'email' && email === undefined) {
    throw invalidField('email', `is required by the channel ${name}`, 'required');
  }
  return channel;
}
