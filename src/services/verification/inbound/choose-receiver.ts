import { AppError } from '../../../domain/errors.ts';
import { invalidField } from '../../../domain/refusal.ts';
import { toSessionId } from '../../../domain/whatsapp/session-id.ts';
import type { EnabledChannel } from '../../delivery/context.ts';
import { assertEnabled } from '../../delivery/workflow.ts';
import { chooseSession, type ReceivingSession, type SessionWish } from './choose-session.ts';
import type { InboundContext } from './context.ts';

/** The number (E.164) to which the person writes: that of a session, or that of a channel. */
export type Receiver = ReceivingSession & {
  /** The name of the channel; undefined for the number of the session. */
  readonly channel: string | undefined;
};

type Wish = SessionWish & {
  /** The channel that the caller named. */
  readonly channel: string | undefined;
};

type WithInbox = EnabledChannel & Required<Pick<EnabledChannel, 'inbox'>>;

/**
 * Chooses the number to which the person writes: of the channel or session that the caller named or, by default, of the
 * first in the order of `OTP_CHANNELS` that can receive messages. Numbers that are linked come last if no channel uses them.
 * @throws {AppError} as `chooseSession`; `validation_failed` for a channel that does not receive messages.
 */
export async function chooseReceiver(ctx: InboundContext, wish: Wish): Promise<Receiver> {
  const { channels } = ctx.verification.delivery;
  if (wish.channel !== undefined) return chooseNamed(ctx, wish, wish.channel);
  if (wish.sessionId !== undefined) return ofSession(ctx, wish);
  const first = channels.find((channel) => channel.hasSessions || hasInbox(channel));
  if (first && hasInbox(first)) return ofChannel(ctx, wish, first);
  const other = channels.find(hasInbox);
  return ofSession(ctx, wish).catch((error: unknown) => {
    const isNoneConnected = error instanceof AppError && error.code === 'provider_unavailable';
    if (other && isNoneConnected) return ofChannel(ctx, wish, other);
    throw error;
  });
}

async function chooseNamed(ctx: InboundContext, wish: Wish, name: string): Promise<Receiver> {
  const channel = assertEnabled(ctx.verification.delivery, name, 'channel');
  if (channel.hasSessions) return ofSession(ctx, wish);
  if (!hasInbox(channel)) throw invalidField('channel', 'does not receive messages');
  if (wish.sessionId === undefined) return ofChannel(ctx, wish, channel);
  throw invalidField('sessionId', 'does not belong to this channel', 'conflict');
}

async function ofSession(ctx: InboundContext, wish: Wish): Promise<Receiver> {
  return { ...(await chooseSession(ctx, wish)), channel: undefined };
}

function hasInbox(channel: EnabledChannel): channel is WithInbox {
  return channel.inbox !== undefined;
}

/** The number belongs to no session; the row names the default one, as that of a code on another channel does. */
function ofChannel(
  { verification: { policy } }: InboundContext,
  { accountId }: Wish,
  { name: channel, inbox: { phoneNumber } }: WithInbox,
): Receiver {
  return { sessionId: toSessionId(accountId, policy.defaultSession), channel, phoneNumber };
}
