import { AppError } from '../../../domain/errors.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import type {
  SendAttempt,
  UnsentVerification,
} from '../../../storage/verification/unsent-store.ts';
import type { VerificationContext } from '../context.ts';
import { hitsOfRow } from '../limits/row-hits.ts';

const BATCH = 100;

/** Failure reasons with which a message has certainly not been sent. */
const NOT_LEFT: readonly SendAttempt['reason'][] = ['not_on_channel', 'refused', 'misconfigured'];

/** States of a delivery that no channel has accepted, as far as is known. */
const IN_DOUBT: ReadonlySet<SendAttempt['status']> = new Set(['sending', 'unknown', 'failed']);

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
  const taken = attempts.find(({ status }) => !IN_DOUBT.has(status));
  if (taken) await ctx.verifications.markSent(verificationId, taken, now());
  const ending = toEnding(attempts);
  const isFirst =
    ending === 'not-left' ? await unsent.fail(id, nodeId, now()) : await unsent.release(id, nodeId);
  if (!isFirst || ending === 'sent') return;
  if (ending === 'left') await ctx.deliveries.resumeInterrupted(verificationId, now());
  const hits = await hitsOfRow(ctx, verification);
  const isCooldown = ({ limit }: RateLimitHit) => limit === limits.cooldown;
  const origin = { accountId, ipAddress: '', userAgent: undefined };
  await ctx.limiter.refund(origin, ending === 'left' ? hits.filter(isCooldown) : hits);
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
  if (attempts.some(({ status }) => !IN_DOUBT.has(status))) return 'sent';
  const mayHaveLeft = attempts.some(
    ({ status, reason }) => status !== 'failed' || !NOT_LEFT.includes(reason),
  );
  return mayHaveLeft ? 'left' : 'not-left';
}
