import type { ReceivedText } from '../../../../channels/contract.ts';
import { DEFAULT_ACCOUNT_ID } from '../../../../domain/access/caller.ts';
import { INBOUND_SECONDS, type InboundOutcome } from '../../../../domain/verification/inbound.ts';
import { findInboundToken } from '../../../../domain/verification/inbound-token.ts';
import type { InboundContext } from '../context.ts';
import { CLOCK_TOLERANCE_MS, judgeToken } from './judge-token.ts';

/** No token lives longer. */
const LONGEST_AGE_MS = INBOUND_SECONDS * 1000 + 2 * CLOCK_TOLERANCE_MS;

/**
 * Looks for a token in a text to the number of a channel, and verifies the person who sent it. Providers report a message
 * again after an error or a slow answer, and anyone who has seen a report can repeat it: a message that was judged, or is
 * too old to count, is ignored. Then, and without a token, it returns undefined.
 */
export async function receiveText(
  ctx: InboundContext,
  channel: string,
  { messageId, sender: phoneNumber, text, sentAt, isForwarded }: ReceivedText,
): Promise<InboundOutcome | undefined> {
  const token = isForwarded ? undefined : findInboundToken(text);
  const ageMs = ctx.verification.now().getTime() - sentAt.getTime();
  const name = `${channel} ${messageId}`;
  if (token === undefined || ageMs > LONGEST_AGE_MS || ctx.judgedTexts.has(name)) return undefined;
  ctx.judgedTexts.set(name, true);
  try {
    return await judgeToken(ctx, {
      ...{ token, sentAt, receiver: { channel } },
      // The number serves all accounts.
      accountId: DEFAULT_ACCOUNT_ID,
      sender: phoneNumber === undefined ? {} : { phoneNumber },
    });
  } catch (error) {
    ctx.judgedTexts.delete(name);
    throw error;
  }
}
