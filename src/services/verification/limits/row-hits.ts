import { toPrincipal } from '../../../domain/access/caller.ts';
import type { RateLimitHit } from '../../../domain/rate-limit.ts';
import type { UnsentVerification } from '../../../storage/verification/unsent-store.ts';
import type { VerificationContext } from '../context.ts';
import { ownSendHit, sendHits } from './send-limits.ts';

/** The send of a stored verification. */
type StoredSend = Pick<
  UnsentVerification,
  'accountId' | 'phoneNumber' | 'region' | 'purpose' | 'sentBy'
>;

/** The hits of a send. They assume the account's own budget for the number, not the shared one. */
export async function hitsOfRow(
  { unsent, pumping, limits }: VerificationContext,
  { accountId, phoneNumber, region, purpose, sentBy }: StoredSend,
): Promise<RateLimitHit[]> {
  const principal = toPrincipal(sentBy);
  const restrictions = principal.kind === 'key' ? await unsent.findSendBudget(principal.id) : {};
  const recipient = { phoneNumber, region };
  const isHeld = await pumping.isHeld(accountId, phoneNumber);
  const send = { caller: { principal, restrictions }, recipient, purpose };
  return [...sendHits(limits, send, isHeld), ownSendHit(limits, recipient)];
}
