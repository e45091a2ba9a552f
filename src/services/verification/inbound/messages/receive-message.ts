import type {
  SessionMessage,
  WhatsAppMessage,
} from '../../../../domain/conversations/whatsapp-message.ts';
import { TEST_CHANNEL } from '../../../../domain/delivery/delivery.ts';
import type { InboundOutcome } from '../../../../domain/verification/inbound.ts';
import { findInboundToken } from '../../../../domain/verification/inbound-token.ts';
import type { FoundInbound } from '../../../../storage/verification/inbound-store.ts';
import type { InboundContext } from '../context.ts';
import { logInboundMessage } from '../inbound-log.ts';
import { acceptMessage } from './accept-message.ts';

/** The clocks of phones and of the server may differ by so much. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Looks for a token in a message to one of our sessions, and verifies the person who sent it. Of a sender with too many
 * wrong tokens, everything is ignored, without an answer. Returns undefined if it is ignored or has no token.
 */
export async function receiveMessage(
  ctx: InboundContext,
  { sessionId, accountId, message }: SessionMessage,
): Promise<InboundOutcome | undefined> {
  const token = findTokenOf(message);
  if (token === undefined) return undefined;
  const { limiter, limits, metrics, logger } = ctx.verification;
  const { sender } = message;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  // Counted before it is looked up, as a code is before it is compared.
  const wrong = [{ limit: limits.wrongTokensPerSenderHour, subject: nameOf(sender) }];
  if (!(await limiter.consume(origin, wrong)).granted) {
    metrics.inboundVerifications.inc({ outcome: 'ignored' });
    return undefined;
  }
  const found = await ctx.inbound.findByToken(ctx.digests.listOf(token));
  const isOurs =
    found?.inbound.sessionId === sessionId && found.verification.channel !== TEST_CHANNEL;
  const outcome = isOurs ? await settle(ctx, found, message) : 'unknown_token';
  if (!WRONG.includes(outcome)) await limiter.refund(origin, wrong);
  metrics.inboundVerifications.inc({ outcome });
  logger.info({ sessionId, outcome }, 'a message with a token of a verification');
  return outcome;
}

/** What counts as a wrong token of its sender. */
const WRONG: readonly InboundOutcome[] = ['unknown_token', 'other_number', 'expired', 'replayed'];

/** Only what the person has just written to us themselves: to one person, neither forwarded nor edited. */
function findTokenOf(message: WhatsAppMessage): string | undefined {
  const { chat, content, isFromMe, isForwarded, arrival } = message;
  const isOwnWords = !isFromMe && !isForwarded && arrival !== 'history';
  if (chat.kind !== 'person' || !isOwnWords || content.type !== 'text') return undefined;
  return findInboundToken(content.text);
}

async function settle(
  ctx: InboundContext,
  found: FoundInbound,
  { sender, arrival, sentAt }: WhatsAppMessage,
): Promise<InboundOutcome> {
  const { verification, inbound } = found;
  const isTimely = arrival === 'live' || isWithinLife(inbound, sentAt);
  const outcome = isTimely ? await acceptMessage(ctx, found, { sender }) : 'expired';
  logInboundMessage(ctx, verification, outcome);
  ctx.news.publish(verification.verificationId);
  return outcome;
}

function isWithinLife(
  { createdAt, expiresAt }: FoundInbound['inbound'],
  sentAt: WhatsAppMessage['sentAt'],
): boolean {
  const at = sentAt.getTime();
  return (
    at >= createdAt.getTime() - CLOCK_TOLERANCE_MS && at <= expiresAt.getTime() + CLOCK_TOLERANCE_MS
  );
}

/** A sender without a number is counted by the hidden ID. */
function nameOf({ phoneNumber, lid = '' }: WhatsAppMessage['sender']): string {
  return phoneNumber ?? `lid:${lid}`;
}
