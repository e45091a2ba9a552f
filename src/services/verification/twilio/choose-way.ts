import {
  isTwilioChannel,
  isUnavailable,
  kindsOf,
  type TwilioChannel,
} from '../../../domain/compat/twilio-channel.ts';
import { toKind } from '../../../domain/delivery/channel-name.ts';
import { MOST_STEPS, type RequestedStep } from '../../../domain/delivery/workflow.ts';
import type { Recipient } from '../../../domain/phone-number/phone-number.ts';
import { isEmailRecipient } from '../../../domain/recipient.ts';
import { invalidField } from '../../../domain/refusal.ts';
import type { DeliveryContext, EnabledChannel } from '../../delivery/context.ts';
import type { VerifyService } from './context.ts';

/** A channel that Twilio has, on which nothing can be sent here. */
export type UnavailableChannel = { readonly unavailable: string };

/** The steps that send a code; undefined for those of the account. */
type Way = { readonly workflow: readonly RequestedStep[] | undefined } | UnavailableChannel;

type Asked = {
  /** As Twilio calls it, or the name of an enabled channel. */
  readonly channel: string;
  readonly recipient: Recipient;
};

/**
 * Chooses how a code is sent. `sms` means the channels of the service, or else the workflow of the account: an application
 * that knows only SMS uses whatever reaches the person.
 * @throws {AppError} `validation_failed` for an unknown channel, or one that does not reach the recipient.
 */
export function chooseWay(
  { channels }: Pick<DeliveryContext, 'channels'>,
  service: Pick<VerifyService, 'channels'>,
  { channel, recipient }: Asked,
): Way {
  const ofKind = (name: string) =>
    channels.filter((one) => kindsOf(name).includes(toKind(one.name)));
  if (!isTwilioChannel(channel)) return toWay(channel, [assertKnown(channels, channel)]);
  const isEmail = isEmailRecipient(recipient.phoneNumber);
  assertReaches(channel, isEmail);
  if (isUnavailable(channel)) return { unavailable: channel };
  if (isEmail) return toWay(channel, ofKind('email'));
  if (channel === 'whatsapp') return toWay(channel, ofKind(channel));
  if (!service.channels) return { workflow: undefined };
  const own = service.channels.flatMap((name) => channels.filter((one) => one.name === name));
  return toWay(channel, own);
}

function toWay(channel: string, channels: readonly Pick<EnabledChannel, 'name'>[]): Way {
  if (channels.length === 0) return { unavailable: channel };
  return { workflow: channels.slice(0, MOST_STEPS).map(({ name }) => ({ channel: name })) };
}

/** @throws {AppError} `validation_failed` for a name that neither Twilio nor this installation has. */
function assertKnown(channels: readonly EnabledChannel[], name: string): EnabledChannel {
  const known = channels.find((one) => one.name === name);
  if (known) return known;
  throw invalidField('Channel', `${name} is not a channel`, 'invalid_value');
}

/** @throws {AppError} `validation_failed` for an email address on another channel, and the other way round. */
function assertReaches(channel: TwilioChannel, isEmail: boolean): void {
  if (channel === 'auto' || isEmail === (channel === 'email')) return;
  const message = isEmail
    ? 'is an email address, which needs the channel email'
    : 'is not an email address';
  throw invalidField('To', message, 'conflict');
}
