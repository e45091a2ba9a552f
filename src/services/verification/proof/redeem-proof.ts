import type { Caller } from '../../../domain/access/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { Verification } from '../../../domain/verification/verification.ts';
import { findVerification } from '../find-verification.ts';
import type { ProofContext } from './context.ts';
import { audienceOf } from './issue-proof.ts';

type RedeemedProof = {
  readonly verification: Verification;
  readonly verifiedAt: Date;
  /** The hosted page on which it was verified, if it was on one. */
  readonly pageId: string | undefined;
};

/**
 * Redeems a proof, once. Proofs that are forged, expired, redeemed, for another account or mode, or about data that was
 * erased or that the caller's key does not permit, get the same answer.
 * @throws {AppError} `proof_invalid`
 */
export async function redeemProof(
  { verification: ctx, proofs, proofTokens }: ProofContext,
  caller: Caller,
  proof: string,
): Promise<RedeemedProof> {
  const now = ctx.now();
  const read = await proofTokens.read(proof, audienceOf(caller), now);
  if (!read) throw invalid();
  const { accountId } = caller;
  const ref = { accountId, verificationId: read.verificationId };
  const verification = await findVerification(ctx, caller, {
    ...{ ref, sessionId: undefined, purpose: undefined },
  });
  const { verifiedAt } = verification ?? {};
  if (verification?.status !== 'verified' || !verifiedAt) throw invalid();
  const isFirst = await proofs.redeem(read.id, read.expiresAt);
  if (!isFirst) throw invalid();
  return { verification, verifiedAt, pageId: read.pageId };
}

function invalid(): AppError {
  return new AppError(
    'proof_invalid',
    'The proof is not valid, has expired or was redeemed before',
  );
}
