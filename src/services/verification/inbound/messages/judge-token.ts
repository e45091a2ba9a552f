import type { WhatsAppPerson } from '../../../../domain/conversations/whatsapp-message.ts';
import { TEST_CHANNEL } from '../../../../domain/delivery/delivery.ts';
import type { InboundOutcome } from '../../../../domain/verification/inbound.ts';
import type { FoundInbound } from '../../../../storage/verification/inbound-store.ts';
import type { InboundContext } from '../context.ts';
import { logInboundMessage } from '../inbound-log.ts';
import { acceptMessage } from './accept-message.ts';

/** A token in a message to one of our numbers. */
export type ReceivedToken = {
  readonly token: string;
  /** To whose number it was sent. */
  readonly receiver: { readonly sessionId: string } | { readonly channel: string };
  /** The account in which the wrong tokens of the sender are counted. */
  readonly accountId: string;
  readonly sender: WhatsAppPerson;
  /** When it was sent; undefined for a message that has just been. */
  readonly sentAt: Date | undefined;
};

/** The clocks of phones and of the server may differ by so much. */
export const CLOCK_TOLERANCE_MS = 60_000;

/** What counts as a wrong token of its sender. */
const WRONG: readonly InboundOutcome[] = ['unknown_token', 'other_number', 'expired', 'replayed'];

/**
 * Verifies the person who sent a token. Of a sender with too many wrong tokens, everything is ignored, without an answer;
 * then it returns undefined.
 */
export async function judgeToken(
  ctx: InboundContext,
  received: ReceivedToken,
): Promise<InboundOutcome | undefined> {
  const { token, receiver, sender, accountId } = received;
  const { limiter, limits, metrics, logger } = ctx.verification;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  // Counted before it is looked up, as a code is before it is compared.
  const wrong = [{ limit: limits.wrongTokensPerSenderHour, subject: nameOf(sender) }];
  if (!(await limiter.consume(origin, wrong)).granted) {
    metrics.inboundVerifications.inc({ outcome: 'ignored' });
    return undefined;
  }
  const found = await ctx.inbound.findByToken(ctx.digests.listOf(token));
  const outcome = found && isFor(found, receiver) ? await settle(ctx, found, received) : UNKNOWN;
  if (!WRONG.includes(outcome)) await limiter.refund(origin, wrong);
  metrics.inboundVerifications.inc({ outcome });
  logger.info({ ...receiver, outcome }, 'a message with a token of a verification');
  return outcome;
}

const UNKNOWN = 'unknown_token';

/** Whether the message was sent to the number in the link. */
function isFor(
  { inbound, verification }: FoundInbound,
  receiver: ReceivedToken['receiver'],
): boolean {
  if (verification.channel === TEST_CHANNEL) return false;
  if ('channel' in receiver) return inbound.channel === receiver.channel;
  return inbound.channel === undefined && inbound.sessionId === receiver.sessionId;
}

async function settle(
  ctx: InboundContext,
  found: FoundInbound,
  { sender, sentAt }: ReceivedToken,
): Promise<InboundOutcome> {
  const { verification, inbound } = found;
  const isTimely = sentAt === undefined || isWithinLife(inbound, sentAt);
  const outcome = isTimely ? await acceptMessage(ctx, found, { sender }) : 'expired';
  logInboundMessage(ctx, verification, outcome);
  ctx.news.publish(verification.verificationId);
  return outcome;
}

function isWithinLife({ createdAt, expiresAt }: FoundInbound['inbound'], sentAt: Date): boolean {
  const at = sentAt.getTime();
  return (
    at >= createdAt.getTime() - CLOCK_TOLERANCE_MS && at <= expiresAt.getTime() + CLOCK_TOLERANCE_MS
  );
}

/** A sender without a number is counted by the hidden ID. */
function nameOf({ phoneNumber, lid = '' }: WhatsAppPerson): string {
  return phoneNumber ?? `lid:${lid}`;
}
