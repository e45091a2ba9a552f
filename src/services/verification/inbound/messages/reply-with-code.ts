import { setTimeout as pause } from 'node:timers/promises';
import { ChannelError, type ChannelInbox } from '../../../../channels/contract.ts';
import { TEST_CHANNEL } from '../../../../domain/delivery/delivery.ts';
import type { Recipient } from '../../../../domain/phone-number/phone-number.ts';
import { generateCode } from '../../../../domain/verification/code.ts';
import type { InboundOutcome } from '../../../../domain/verification/inbound.ts';
import type { Slot } from '../../../../lib/concurrency/bounded-queue.ts';
import { secondsUntil } from '../../../../lib/time/clock.ts';
import type { FoundInbound } from '../../../../storage/verification/inbound-store.ts';
import { writeText } from '../../../delivery/templates/message-text.ts';
import { findChannel } from '../../../delivery/workflow.ts';
import type { HashedCode } from '../../code-hasher.ts';
import type { InboundContext } from '../context.ts';

type Reply = {
  readonly person: Recipient;
  /** The fixed code of a test number, to which nothing is sent. */
  readonly fixedCode: HashedCode | undefined;
};

/** The texts of this channel are sent. */
const CHANNEL = 'whatsapp';

/** How long a message waits for a hash, so that it is not lost while the node is busy. */
const HASH_TRIES = 20;
const HASH_PAUSE_MS = 250;

/**
 * Sends a code to the person who has written, to be entered where the verification was started: who was only talked into
 * sending the message does not see that page. The person is a known contact now, whom a restricted number may write to.
 */
export async function replyWithCode(
  ctx: InboundContext,
  found: FoundInbound,
  { person, fixedCode }: Reply,
): Promise<InboundOutcome> {
  const { policy, draw, now } = ctx.verification;
  const { id, phoneNumber: askedNumber } = found.verification;
  const code = generateCode(policy.length, draw);
  const hashed = fixedCode ?? (await hashCode(ctx, code));
  if (!hashed) return 'reply_failed';
  const { codeDigest, secretVersion } = hashed;
  const isFirst = await ctx.inbound.giveCode(
    { id, ...person },
    { codeDigest, secretVersion },
    now(),
  );
  if (!isFirst) return 'replayed';
  if (found.verification.channel === TEST_CHANNEL) return 'code_sent';
  const isSent = await send(ctx, found, { person, code });
  if (isSent) return 'code_sent';
  await ctx.inbound.takeCodeBack(id, { codeDigest, askedNumber }, now());
  if (askedNumber === '') await ctx.places.leave(found.verification.verificationId);
  return 'reply_failed';
}

/** Returns undefined if the node is too busy. */
async function hashCode(
  { verification: { hashing, hasher } }: InboundContext,
  code: string,
): Promise<HashedCode | undefined> {
  let slot: Slot | undefined;
  for (let tries = 0; !slot && tries < HASH_TRIES; tries += 1) {
    slot = hashing.acquire();
    if (!slot) await pause(HASH_PAUSE_MS);
  }
  return slot?.run(() => hasher.hash(code)).finally(slot.release);
}

/** Sends the code; true also if it may have arrived. */
async function send(
  ctx: InboundContext,
  { verification, inbound, companyName }: FoundInbound,
  { person, code }: { readonly person: Recipient; readonly code: string },
): Promise<boolean> {
  const { delivery, logger, now } = ctx.verification;
  const { accountId, verificationId, expiresAt } = verification;
  const { sessionId, locale } = inbound;
  const ttlSeconds = wholeMinutes(secondsUntil(expiresAt, now()));
  const facts = { accountId, region: person.region, locale, code, ttlSeconds, companyName };
  const text = await writeText(delivery.texts, facts, CHANNEL);
  const milliseconds = delivery.timeoutSeconds * 1000;
  const deadline = AbortSignal.timeout(milliseconds);
  try {
    const message = { recipient: person.phoneNumber, text, deadline, milliseconds };
    if (inbound.channel === undefined) await ctx.keeper.reply(sessionId, message);
    else await getInbox(ctx, inbound.channel).reply(message);
    return true;
  } catch (err) {
    if (!(err instanceof ChannelError)) throw err;
    logger.warn({ err, sessionId, verificationId }, 'could not send the code back to the sender');
    return err.mayHaveArrived;
  }
}

/** @throws {ChannelError} `misconfigured` if the channel no longer receives messages. */
function getInbox({ verification: { delivery } }: InboundContext, name: string): ChannelInbox {
  const inbox = findChannel(delivery, name)?.inbox;
  if (inbox) return inbox;
  throw new ChannelError('misconfigured', `the channel ${name} does not receive messages`);
}

function wholeMinutes(seconds: number): number {
  return seconds < 60 ? seconds : seconds - (seconds % 60);
}
