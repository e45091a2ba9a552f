import { toPrincipal } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitHit } from '../../domain/rate-limit.ts';
import type { SendAttempt, UnsentVerification } from '../../storage/verification/unsent-store.ts';
import type { VerificationContext } from './context.ts';
import { ownSendHit, sendHits } from './limits/send-limits.ts';

const BATCH = 100;

/** Failure reasons with which a message has certainly not been sent. */
const NOT_LEFT: readonly SendAttempt['reason'][] = ['not_on_channel', 'refused', 'misconfigured'];

type Ending = 'sent' | 'left' | 'not-left';

/**
 * Settles the sends of a dead node. A message that was certainly not sent is marked as failed and
 * refunded. One that may have been sent remains usable, but its cooldown is refunded, so that the caller
 * can request another code. Returns how many there were.
 */
export async function settleSends(ctx: VerificationContext, nodeId: string): Promise<number> {
  let settled = 0;
  for (;;) {
    const found = await ctx.unsent.list(nodeId, BATCH);
    for (const verification of found) await settleSend(ctx, verification, nodeId);
    settled += found.length;
    if (found.length < BATCH) return settled;
  }
}

async function settleSend(
  ctx: VerificationContext,
  verification: UnsentVerification,
  nodeId: string,
): Promise<void> {
  const { unsent, limits, now } = ctx;
  const { id, accountId, verificationId } = verification;
  const attempts = await unsent.listAttempts(verificationId);
  const taken = attempts.find(({ status }) => status !== 'sending' && status !== 'failed');
  if (taken) await ctx.verifications.markSent(verificationId, taken, now());
  const ending = toEnding(attempts);
  const isFirst =
    ending === 'not-left' ? await unsent.fail(id, nodeId, now()) : await unsent.release(id, nodeId);
  if (!isFirst || ending === 'sent') return;
  const hits = await hitsOf(ctx, verification);
  const isCooldown = ({ limit }: RateLimitHit) => limit === limits.cooldown;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  await ctx.limiter.refund(origin, ending === 'left' ? hits.filter(isCooldown) : hits);
}

/** The hits of the send. It assumes the account's own budget for the number, not the shared one. */
async function hitsOf(
  { unsent, pumping, limits }: VerificationContext,
  verification: UnsentVerification,
): Promise<RateLimitHit[]> {
  const { accountId, phoneNumber, region, purpose, sentBy } = verification;
  const principal = toPrincipal(sentBy);
  const restrictions = principal.kind === 'key' ? await unsent.findSendBudget(principal.id) : {};
  const recipient = { phoneNumber, region };
  const isHeld = await pumping.isHeld(accountId, phoneNumber);
  const send = { caller: { principal, restrictions }, recipient, purpose };
  return [...sendHits(limits, send, isHeld), ownSendHit(limits, recipient)];
}

/**
 * Stops a send that another node has settled in the meantime, because this node seemed dead.
 * @throws {AppError} `provider_unavailable`
 */
export async function assertNotGivenUp(
  { unsent }: VerificationContext,
  verificationId: string,
): Promise<void> {
  if (!(await unsent.isFailed(verificationId))) return;
  const message = 'Sending took too long and was cancelled. Try again.';
  throw new AppError('provider_unavailable', message, { retryAfterSeconds: 1, verificationId });
}

function toEnding(attempts: readonly SendAttempt[]): Ending {
  if (attempts.some(({ status }) => status !== 'sending' && status !== 'failed')) return 'sent';
  const mayHaveLeft = attempts.some(
    ({ status, reason }) => status === 'sending' || !NOT_LEFT.includes(reason),
  );
  return mayHaveLeft ? 'left' : 'not-left';
}
