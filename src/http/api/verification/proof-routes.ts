import { z } from '@hono/zod-openapi';
import type { ProofContext } from '../../../services/verification/proof/context.ts';
import { redeemProof } from '../../../services/verification/proof/redeem-proof.ts';
import { operation } from '../../openapi/operation.ts';
import { createRouter } from '../../router.ts';
import { answer, success } from '../schemas/envelope.ts';
import { presentVerified } from './verification-response.ts';
import { verifiedExample, verifiedFields } from './verification-schemas.ts';

type Dependencies = { readonly proofs: ProofContext };

/** Longer than any proof. */
const LONGEST_PROOF = 2048;

const RedeemBody = z
  .strictObject({
    proof: z.string().max(LONGEST_PROOF).openapi({
      description: 'The `proof` of `POST /api/otp/verify`, or of a hosted page',
      example: 'eyJhbGciOiJFZERTQSIsInR5cCI6InByb29mK2p3dCIsImtpZCI6Ijk…',
    }),
  })
  .openapi('RedeemProofRequest', { description: 'A proof to redeem.' });

const RedeemedProof = z
  .object({
    ...verifiedFields,
    pageId: z.string().optional().openapi({
      description:
        'The hosted page on which the code was entered, if it was on one. It must be one that you created for this user',
      example: '2cTq3fN0kK1mVqz8sXw4Yb7P',
    }),
  })
  .openapi('RedeemedProof', { description: 'The verification that a proof was issued for.' });

/** Proofs of verification. `POST /api/otp/verify` issues them. */
export function proofRoutes({ proofs }: Dependencies) {
  const router = createRouter();

  const redeemRoute = operation({
    method: 'post',
    path: '/redeem',
    operationId: 'redeemProof',
    tag: 'Verification',
    summary: 'Redeem a proof',
    description:
      'Accepts a proof once, and returns its verification. Use it where a proof must not be used twice. Forged, expired and redeemed proofs, and those of other accounts, get the same answer.',
    body: RedeemBody,
    answers: {
      200: answer(RedeemedProof, 'The proof is valid and is now redeemed', {
        message: 'Proof redeemed',
        example: verifiedExample,
      }),
    },
    fails: ['proof_invalid'],
  });
  router.openapi(redeemRoute, async (c) => {
    const caller = c.get('caller');
    const redeemed = await redeemProof(proofs, caller, c.req.valid('json').proof);
    const { pageId } = redeemed;
    const data = { ...presentVerified(caller, redeemed), ...(pageId !== undefined && { pageId }) };
    return c.json(success('Proof redeemed', data), 200);
  });

  return router;
}
