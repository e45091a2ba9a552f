import { ChannelError } from '../../../../channels/contract.ts';
import type { WhatsAppPerson } from '../../../../domain/conversations/whatsapp-message.ts';
import { TEST_CHANNEL } from '../../../../domain/delivery/delivery.ts';
import { AppError } from '../../../../domain/errors.ts';
import type { Recipient } from '../../../../domain/phone-number/phone-number.ts';
import {
  type InboundOutcome,
  type InboundProblem,
  inboundProblems,
  MOST_OPEN,
} from '../../../../domain/verification/inbound.ts';
import { isOverAt } from '../../../../domain/verification/verification.ts';
import type { FoundInbound } from '../../../../storage/verification/inbound-store.ts';
import type { HashedCode } from '../../code-hasher.ts';
import type { InboundContext } from '../context.ts';
import { replyWithCode } from './reply-with-code.ts';

/** A message with the token of a verification. */
type Message = {
  readonly sender: WhatsAppPerson;
  /** The fixed code of a test number, to which nothing is sent. */
  readonly fixedCode?: HashedCode;
};

/**
 * Verifies the sender of a message with the right token, or sends a code back. Each change is one guarded statement, so
 * that of several messages at the same moment one counts.
 */
export async function acceptMessage(
  ctx: InboundContext,
  found: FoundInbound,
  message: Message,
): Promise<InboundOutcome> {
  const outcome = await decide(ctx, found, message);
  const { verificationId } = found.verification;
  const now = ctx.verification.now();
  if (isProblem(outcome)) await ctx.inbound.noteRefused(verificationId, outcome, now);
  const isRight = outcome === 'verified' || outcome === 'code_sent';
  if (isRight) await ctx.inbound.noteReceived(verificationId, now);
  return outcome;
}

async function decide(
  ctx: InboundContext,
  found: FoundInbound,
  message: Message,
): Promise<InboundOutcome> {
  const { verification, inbound } = found;
  const { status, codeDigest } = verification;
  const now = ctx.verification.now();
  if (status !== 'sent') return status === 'verified' ? 'replayed' : 'expired';
  if (isOverAt(verification, now)) {
    await ctx.verification.verifications.expireIfDue(verification.id, now);
    return 'expired';
  }
  if (codeDigest !== '') return 'replayed';
  const person = await identify(ctx, found, message.sender);
  if (typeof person === 'string') return person;
  if (!inbound.returnsCode) return verifyPerson(ctx, found, person);
  const isFree = verification.phoneNumber !== '' || (await takePlace(ctx, found, person));
  if (!isFree) return 'too_many_open';
  return replyWithCode(ctx, found, { person, fixedCode: message.fixedCode });
}

function isProblem(outcome: InboundOutcome): outcome is InboundProblem {
  return (inboundProblems as readonly InboundOutcome[]).includes(outcome);
}

/** Finds out who has sent the message, and whether that person may be verified. */
async function identify(
  ctx: InboundContext,
  { verification, inbound }: FoundInbound,
  sender: WhatsAppPerson,
): Promise<Recipient | InboundProblem> {
  const asked = verification.phoneNumber;
  const phoneNumber =
    sender.phoneNumber ?? (await askWhatsApp(ctx, inbound.sessionId, { sender, asked }));
  if (phoneNumber === undefined) return 'pending_identity';
  if (asked !== '' && phoneNumber !== asked) return 'other_number';
  const recipient = readNumber(ctx, phoneNumber);
  // One that was asked for was accepted then.
  if (asked !== '') return recipient ?? { phoneNumber, region: '' };
  const { regions } = inbound;
  const isPermitted = regions === undefined || (recipient && regions.includes(recipient.region));
  return recipient && isPermitted ? recipient : 'number_not_accepted';
}

type Unknown = { readonly sender: WhatsAppPerson; readonly asked: string };

/** A hidden ID alone says nothing, but WhatsApp tells which one the number has that was asked for. */
async function askWhatsApp(
  { keeper, verification: { logger } }: InboundContext,
  sessionId: string,
  { sender, asked }: Unknown,
): Promise<string | undefined> {
  if (asked === '' || sender.lid === undefined) return undefined;
  const lid = await keeper.findLid(sessionId, asked).catch((err: unknown) => {
    if (!(err instanceof ChannelError)) throw err;
    logger.warn({ err, sessionId }, 'could not ask WhatsApp who sent a message');
    return undefined;
  });
  return lid === sender.lid ? asked : undefined;
}

/** Undefined for a number that is not served here, or is none of a mobile phone. */
function readNumber({ readNumber: read }: InboundContext, phoneNumber: string) {
  try {
    const recipient = read(phoneNumber);
    return recipient.phoneNumber === phoneNumber ? recipient : undefined;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Verifies the person at once: the message was the proof. */
async function verifyPerson(
  ctx: InboundContext,
  { verification: { id, verificationId } }: FoundInbound,
  person: Recipient,
): Promise<InboundOutcome> {
  const { verifications, now } = ctx.verification;
  const at = now();
  const isFirst =
    (await ctx.inbound.bindPerson({ id, ...person }, at)) &&
    (await verifications.markVerified(id, at));
  if (!isFirst) return 'replayed';
  await ctx.places.leave(verificationId);
  return 'verified';
}

/** A number that was not asked for gets its place when it is known, so that no one is sent any number of codes. */
async function takePlace(
  { places, digests, verification: { now } }: InboundContext,
  { verification, inbound }: FoundInbound,
  { phoneNumber }: Recipient,
): Promise<boolean> {
  if (verification.channel === TEST_CHANNEL) return true;
  const { verificationId, expiresAt } = inbound;
  const subject = digests.ofSubject('number', verification.accountId, phoneNumber);
  const request = { subject, most: MOST_OPEN, verificationId, expiresAt };
  return (await places.take(request, now())).isTaken;
}
