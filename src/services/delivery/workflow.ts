import {
  MOST_STEPS,
  type RequestedStep,
  type WorkflowStep,
} from '../../domain/delivery/workflow.ts';
import type { AppError } from '../../domain/errors.ts';
import { isEmailRecipient } from '../../domain/recipient.ts';
import { invalidField } from '../../domain/refusal.ts';
import type { FirstDelivery } from '../../storage/procedures.ts';
import type { DeliveryContext, EnabledChannel } from './context.ts';

/** What a caller says about how a code reaches its recipient. */
export type DeliveryWishes = {
  /** The only channel to try. */
  readonly channel?: string | undefined;
  /** The steps to take instead of those of the account or the configuration. */
  readonly workflow?: readonly RequestedStep[] | undefined;
  /** Who gets the code. An email address is only reached by channels that send to email addresses. */
  readonly recipient?: { readonly phoneNumber: string };
  /** Where those channels send a code for a phone number. */
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
 * @throws {AppError} `validation_failed` for a channel that is not enabled or cannot reach the recipient, and if no
 * channel can.
 */
export async function planDelivery(
  ctx: DeliveryContext,
  accountId: string,
  wishes: DeliveryWishes = {},
): Promise<DeliveryPlan> {
  const planned = toRequestedSteps(ctx, wishes) ?? (await toDefaultSteps(ctx, accountId, wishes));
  const [first] = planned;
  if (!first) throw unreachable(ctx, wishes);
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
  throw invalidField(
    path,
    `has "${name}", which is not enabled. Enabled channels: ${names}`,
    'invalid_value',
  );
}

/** The steps that the request names; undefined if it names none. */
function toRequestedSteps(ctx: DeliveryContext, wishes: DeliveryWishes): PlannedStep[] | undefined {
  const { channel, workflow } = wishes;
  if (workflow) {
    return workflow.map((step, index) =>
      toStep(ctx, assertUsable(ctx, step.channel, wishes, `workflow.${index}.channel`), step),
    );
  }
  if (channel === undefined) return undefined;
  return [toStep(ctx, assertUsable(ctx, channel, wishes, 'channel'))];
}

async function toDefaultSteps(
  ctx: DeliveryContext,
  accountId: string,
  wishes: DeliveryWishes,
): Promise<PlannedStep[]> {
  const ofAccount = (await ctx.recallWorkflow(accountId)) ?? [];
  const steps: readonly RequestedStep[] =
    ofAccount.length > 0 ? ofAccount : ctx.channels.map(({ name }) => ({ channel: name }));
  const usable = steps.flatMap((step) => {
    const channel = findChannel(ctx, step.channel);
    return channel && canReach(channel, wishes) ? [toStep(ctx, channel, step)] : [];
  });
  return usable.slice(0, MOST_STEPS);
}

/**
 * Names the channels that are never tried by default for a phone number, because enough others come before them. Those
 * that reach an email address do not count for requests without one.
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

/** @throws {AppError} `validation_failed` for a channel that is not enabled, or cannot reach the recipient. */
function assertUsable(
  ctx: DeliveryContext,
  name: string,
  wishes: DeliveryWishes,
  path: string,
): EnabledChannel {
  const channel = assertEnabled(ctx, name, path);
  if (canReach(channel, wishes)) return channel;
  if (channel.reaches === 'email') {
    throw invalidField('email', `is required by the channel ${name}`, 'required');
  }
  const names = namesThatReachEmail(ctx).join(', ') || 'none';
  const message = `does not send to email addresses. Enabled channels that do: ${names}`;
  throw invalidField(path, message, 'invalid_value');
}

function canReach({ reaches }: EnabledChannel, wishes: DeliveryWishes): boolean {
  if (isToEmail(wishes)) return reaches === 'email';
  return reaches !== 'email' || wishes.email !== undefined;
}

function isToEmail({ recipient }: DeliveryWishes): boolean {
  return recipient !== undefined && isEmailRecipient(recipient.phoneNumber);
}

function namesThatReachEmail({ channels }: DeliveryContext): readonly string[] {
  return channels.filter(({ reaches }) => reaches === 'email').map(({ name }) => name);
}

/** The error if no default step can reach the recipient. */
function unreachable(ctx: DeliveryContext, wishes: DeliveryWishes): AppError {
  if (!isToEmail(wishes)) {
    return invalidField('email', 'is required by the enabled channels', 'required');
  }
  const [name] = namesThatReachEmail(ctx);
  const message =
    name === undefined
      ? 'cannot be reached, because no enabled channel sends to email addresses. Give `phoneNumber`, or enable the channel email in OTP_CHANNELS'
      : `cannot be reached by the workflow of the account. Give \`channel\`: "${name}", or add a step with this channel to the workflow`;
  return invalidField('email', message, 'invalid_value');
}
