import type { Sealer } from '../../../lib/crypto/encryption.ts';
import type { PageStore } from '../../../storage/pages/page-store.ts';
import type { VerificationContext } from '../context.ts';
import type { InboundContext } from '../inbound/context.ts';
import type { ProofContext } from '../proof/context.ts';
import type { PageLinks } from './page-links.ts';

/** What hosted pages need. Built once, by the composition root. */
export type PageContext = {
  readonly verification: VerificationContext;
  readonly inbound: InboundContext;
  readonly proofs: Pick<ProofContext, 'proofTokens'>;
  readonly pages: PageStore;
  readonly links: PageLinks;
  /** Seals what a user sends to verify by a message, until the page has ended. */
  readonly sealer: Sealer;
};
