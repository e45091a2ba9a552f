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
  /** The steps to take instead of those of the account or the configuration. */
  readonly workflow?: readonly RequestedStep[] | undefined;
  /** Where channels send that reach an email address. */
  readonly email?: string | undefined;
};

/** The steps to take, and the first delivery, which is stored together with the verification. */
export type DeliveryPlan = {
  readonly steps: readonly WorkflowStep[];
  readonly first: FirstDelivery;
};

type PlannedStep = { readonly channel: EnabledChannel; readonly step: WorkflowStep };

/**
 * Plans the steps that the caller wishes; by default those of the account, or else one for each enabled channel. Of the
 * default steps, those that cannot reach the recipient are left out.
 * @throws {AppError} `validation_failed` for a channel that is not enabled, or that needs an email address.
 */
export async function planDelivery(
  ctx: DeliveryContext,
  accountId: string,
  wishes: DeliveryWishes = {},
): Promise<DeliveryPlan> {
  const planned = toRequestedSteps(ctx, wishes) ?? (await toDefaultSteps(ctx, accountId, wishes));
  const [first] = planned;
  if (!first) throw invalidField('email', 'is required by the enabled channels', 'required');
  const { channel, step } = first;
  return {
    steps: planned.map((one) => one.step),
    first: { channel: channel.name, messageId: channel.drawMessageId(), until: step.until },
  };
}

/** The enabled channel with this name. */
export function findChannel<T extends Pick<EnabledChannel, 'name'>>(
  { channels }: { readonly channels: readonly T[] },
  name: string,
): T | undefined {
  return channels.find((channel) => channel.name === name);
}

/** @throws {AppError} `validation_failed` for the field `path` if the channel is not enabled. */
export function assertEnabled<T extends Pick<EnabledChannel, 'name'>>(
  ctx: { readonly channels: readonly T[] },
  name: string,
  path: string,
): T {
  const channel = findChannel(ctx, name);
  if (channel) return channel;
  const names = ctx.channels.map((one) => one.name).join(', ');
  throw invalidField(path, `is not enabled. Enabled channels: ${names}`, 'invalid_value');
}

/** The steps that the request names; undefined if it names none. */
function toRequestedSteps(
  ctx: DeliveryContext,
  { channel, workflow, email }: DeliveryWishes,
): PlannedStep[] | undefined {
  if (workflow) {
    return workflow.map((step, index) =>
      toStep(ctx, assertUsable(ctx, step.channel, email, `workflow.${index}.channel`), step),
    );
  }
  if (channel === undefined) return undefined;
  return [toStep(ctx, assertUsable(ctx, channel, email, 'channel'))];
}

async function toDefaultSteps(
  ctx: DeliveryContext,
  accountId: string,
  { email }: DeliveryWishes,
): Promise<PlannedStep[]> {
  const ofAccount = (await ctx.recallWorkflow(accountId)) ?? [];
  const steps: readonly RequestedStep[] =
    ofAccount.length > 0 ? ofAccount : ctx.channels.map(({ name }) => ({ channel: name }));
  const usable = steps.flatMap((step) => {
    const channel = findChannel(ctx, step.channel);
    const isUsable = channel && (channel.reaches !== 'email' || email !== undefined);
    return isUsable ? [toStep(ctx, channel, step)] : [];
  });
  return usable.slice(0, MOST_STEPS);
}

/**
 * Names the channels that are never tried by default, because enough others come before them. Those that reach an
 * email address do not count for requests without one.
 */
export function findUntried(
  channels: readonly Pick<EnabledChannel, 'name' | 'reaches'>[],
): readonly string[] {
  const withoutEmail = channels.filter(({ reaches }) => reaches !== 'email');
  const tried = new Set([channels, withoutEmail].flatMap((list) => list.slice(0, MOST_STEPS)));
  return channels.filter((one) => !tried.has(one)).map(({ name }) => name);
}

/** A channel that does not report delivery has done its part when it accepts the message. */
function toStep(
  ctx: DeliveryContext,
  channel: EnabledChannel,
  { waitSeconds = ctx.waitSeconds, until = ctx.goal }: Omit<RequestedStep, 'channel'> = {},
): PlannedStep {
  const { name, reportsDelivery = false } = channel;
  const step = { channel: name, waitSeconds, until: reportsDelivery ? until : 'accepted' } as const;
  return { channel, step };
}

function assertUsable(
  ctx: DeliveryContext,
  name: string,
  email: string | undefined,
  path: string,
): EnabledChannel {
  const channel = assertEnabled(ctx, name, path);
  if (channel.reaches === 'email' && email === undefined) {
    throw invalidField('email', `is required by the channel ${name}`, 'required');
  }
  return channel;
}
