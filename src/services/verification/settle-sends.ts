import { toPrincipal } from '../../domain/access/caller.ts';
import { AppError } from '../../domain/errors.ts';
import type { RateLimitHit } from '../../domain/rate-limit.ts';
import type { SendAttempt, UnsentVerification } from '../../storage/verification/unsent-store.ts';
import type { Dependencies } from './context.ts';
import { ownSendHit, sendHits } from './limits/send-limits.ts';

const BATCH = 100;

/** Reasons for which a channel did not take a message, and surely not. */
const NOT_LEFT: readonly SendAttempt['reason'][] = ['not_on_channel', 'refused', 'misconfigured'];

type Ending = 'sent' | 'left' | 'not-left';

/** Ends sends that their node did not live to end. */
export function createSettling(dependencies: Dependencies) {
  const { unsent, verifications, limiter, limits, pumping, now } = dependencies;

  /**
   * Settles the sends of a dead node. A message that surely did not leave is a failed one, and counts for
   * nothing. One that may have left may be used, if it arrives; but who waits for it need not wait on to
   * ask for another.
   */
  async function settleSends(nodeId: string): Promise<void> {
    for (;;) {
      const found = await unsent.list(nodeId, BATCH);
      for (const verification of found) await settleSend(verification, nodeId);
      if (found.length < BATCH) return;
    }
  }

  async function settleSend(verification: UnsentVerification, nodeId: string): Promise<void> {
    const { id, accountId, verificationId } = verification;
    const attempts = await unsent.listAttempts(verificationId);
    const taken = attempts.find(({ status }) => status !== 'pending' && status !== 'failed');
    if (taken) await verifications.markSent(verificationId, taken, now());
    const ending = toEnding(attempts);
    const isFirst =
      ending === 'not-left'
        ? await unsent.fail(id, nodeId, now())
        : await unsent.release(id, nodeId);
    if (!isFirst || ending === 'sent') return;
    const hits = await hitsOf(verification);
    const isCooldown = ({ limit }: RateLimitHit) => limit === limits.cooldown;
    const origin = { accountId, ipAddress: '', userAgent: undefined };
    await limiter.refund(origin, ending === 'left' ? hits.filter(isCooldown) : hits);
  }

  /** What the send was counted on. Of the two pots of a number, it is taken to be the account's own. */
  async function hitsOf(verification: UnsentVerification): Promise<RateLimitHit[]> {
    const { accountId, phoneNumber, region, purpose, sentBy } = verification;
    const principal = toPrincipal(sentBy);
    const restrictions = principal.kind === 'key' ? await unsent.findSendReach(principal.id) : {};
    const recipient = { phoneNumber, region };
    const isHeld = await pumping.isHeld(accountId, phoneNumber);
    const send = { caller: { principal, restrictions }, recipient, purpose };
    return [...sendHits(limits, send, isHeld), ownSendHit(limits, recipient)];
  }

  return { settleSends };
}

/** Lets no send go on that was settled meanwhile, as the one of a node that seemed dead. */
export function createGivingUp({ unsent }: Pick<Dependencies, 'unsent'>) {
  /** @throws {AppError} `provider_unavailable` */
  async function assertNotGivenUp(verificationId: string): Promise<void> {
    if (!(await unsent.isFailed(verificationId))) return;
    throw new AppError(
      'provider_unavailable',
      'Sending took too long and was given up; try again',
      {
        retryAfterSeconds: 1,
        verificationId,
      },
    );
  }

  return assertNotGivenUp;
}

function toEnding(attempts: readonly SendAttempt[]): Ending {
  if (attempts.some(({ status }) => status !== 'pending' && status !== 'failed')) return 'sent';
  const mayHaveLeft = attempts.some(
    ({ status, reason }) => status === 'pending' || !NOT_LEFT.includes(reason),
  );
  return mayHaveLeft ? 'left' : 'not-left';
}
