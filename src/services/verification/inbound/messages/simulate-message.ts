import type { Caller } from '../../../../domain/access/caller.ts';
import { TEST_CHANNEL } from '../../../../domain/delivery/delivery.ts';
import { AppError } from '../../../../domain/errors.ts';
import type { Recipient } from '../../../../domain/phone-number/phone-number.ts';
import type { InboundOutcome } from '../../../../domain/verification/inbound.ts';
import { findInboundToken } from '../../../../domain/verification/inbound-token.ts';
import { findTestNumber } from '../../test-numbers.ts';
import type { InboundContext } from '../context.ts';
import { logInboundMessage } from '../inbound-log.ts';
import { acceptMessage } from './accept-message.ts';

/** What a message of a test number led to; no verification for a token that is not one of the account's tests. */
export type SimulatedMessage = {
  readonly outcome: InboundOutcome;
  readonly verificationId: string | undefined;
};

/**
 * Acts as if a test number had sent `text` to the number in the link, for a verification that was started with a test
 * key. Nothing is sent back: the code is the fixed one of the number.
 * @throws {AppError} `forbidden` unless a test key names a test number.
 */
export async function simulateMessage(
  ctx: InboundContext,
  caller: Caller,
  { sender, text }: { readonly sender: Recipient; readonly text: string },
): Promise<SimulatedMessage> {
  const { phoneNumber } = sender;
  const fixedCode = await findTestNumber(ctx.verification.testNumbers, caller, phoneNumber);
  if (!fixedCode) throw new AppError('forbidden', 'Only test numbers can be simulated');
  const token = findInboundToken(text);
  const found = token && (await ctx.inbound.findByToken(ctx.digests.listOf(token)));
  const isOwn =
    found &&
    found.verification.accountId === caller.accountId &&
    found.verification.channel === TEST_CHANNEL;
  if (!isOwn) return { outcome: 'unknown_token', verificationId: undefined };
  const { verification } = found;
  const outcome = await acceptMessage(ctx, found, { sender: { phoneNumber }, fixedCode });
  logInboundMessage(ctx, verification, outcome);
  ctx.news.publish(verification.verificationId);
  return { outcome, verificationId: verification.verificationId };
}
