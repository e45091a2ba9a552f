import type { ProofStore } from '../../../storage/verification/proof-store.ts';
import type { VerificationContext } from '../context.ts';
import type { ProofTokens } from './proof-tokens.ts';

/** What issuing and redeeming proofs of verification needs. Built once, by the composition root. */
export type ProofContext = {
  readonly verification: VerificationContext;
  readonly proofs: ProofStore;
  readonly proofTokens: ProofTokens;
};
