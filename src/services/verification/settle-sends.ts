import { toPrincipal } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitHit } from '../../domain/rate-limit.ts';
import type { SendAttempt, UnsentVerification } from '../../storage/verification/unsent-store.ts';
import type { VerificationContext } from './context.ts';
import { ownSendHit, sendHits } from './limits/send-limits.ts';

const BATCH = 100;

/** Reasons for which a channel did not take a message, and surely not. */
const NOT_LEFT: readonly SendAttempt['reason'][] = ['not_on_channel', 'refused', 'misconfigured'];

type Ending = 'sent' | 'left' | 'not-left';

/**
 * Settles the sends of a dead node. A message that surely did not leave is a failed one, and counts for
 * nothing. One that may have left may be used, if it arrives; but who waits for it need not wait on to
 * ask for another.
 */
export async function settleSends(ctx: VerificationContext, nodeId: string): Promise<void> {
  for (;;) {
    const found = await ctx.unsent.list(nodeId, BATCH);
    for (const verification of found) await settleSend(ctx, verification, nodeId);
    if (found.length < BATCH) return;
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
  const taken = attempts.find(({ status }) => status !== 'pending' && status !== 'failed');
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

/** What the send was counted on. Of the two pots of a number, it is taken to be the account's own. */
async function hitsOf(
  { unsent, pumping, limits }: VerificationContext,
  verification: UnsentVerification,
): Promise<RateLimitHit[]> {
  const { accountId, phoneNumber, region, purpose, sentBy } = verification;
  const principal = toPrincipal(sentBy);
  const restrictions = principal.kind === 'key' ? await unsent.findSendReach(principal.id) : {};
  const recipient = { phoneNumber, region };
  const isHeld = await pumping.isHeld(accountId, phoneNumber);
  const send = { caller: { principal, restrictions }, recipient, purpose };
  return [...sendHits(limits, send, isHeld), ownSendHit(limits, recipient)];
}

/**
 * Lets no send go on that was settled meanwhile, as the one of a node that seemed dead.
 * @throws {AppError} `provider_unavailable`
 */
export async function assertNotGivenUp(
  { unsent }: VerificationContext,
  verificationId: string,
): Promise<void> {
  if (!(await unsent.isFailed(verificationId))) return;
  const message = 'Sending took too long and was given up; try again';
  throw new AppError('provider_unavailable', message, { retryAfterSeconds: 1, verificationId });
}

function toEnding(attempts: readonly SendAttempt[]): Ending {
  if (attempts.some(({ status }) => status !== 'pending' && status !== 'failed')) return 'sent';
  const mayHaveLeft = attempts.some(
    ({ status, reason }) => status === 'pending' || !NOT_LEFT.includes(reason),
  );
  return mayHaveLeft ? 'left' : 'not-left';
}
