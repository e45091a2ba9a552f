import { z } from '@hono/zod-openapi';
import type { ProofContext } from '../../services/verification/proof/context.ts';
import { operation } from '../openapi/operation.ts';
import { createRouter } from '../router.ts';

type Dependencies = { readonly proofs: Pick<ProofContext, 'proofTokens'> };

/** Shorter than the time in which a key is replaced: see docs/pages.md. */
const CACHED = 'public, max-age=300';

const KeySet = z
  .object({
    keys: z
      .array(
        z.object({
          kty: z.literal('OKP').describe('Always `OKP`'),
          crv: z.literal('Ed25519').describe('Always `Ed25519`'),
          x: z.string().describe('The public key, in base64url'),
          kid: z.string().describe('The ID of the key, as proofs name it'),
          alg: z.literal('EdDSA').describe('Always `EdDSA`'),
          use: z.literal('sig').describe('Always `sig`'),
        }),
      )
      .describe('The current key and, while `SECRET_KEY_PREVIOUS` is set, the previous one'),
  })
  .openapi('KeySet', { description: 'The public keys of proofs of verification (RFC 7517).' });

/** What programs look for at a fixed path (RFC 8615). */
export function wellKnownRoutes({ proofs: { proofTokens } }: Dependencies) {
  const router = createRouter();

  const keysRoute = operation({
    method: 'get',
    path: '/jwks.json',
    operationId: 'listProofKeys',
    tag: 'Verification',
    summary: 'List the keys of proofs',
    description:
      'The public keys that check the signature of a proof, as a JSON Web Key Set, without an envelope.',
    isPublic: true,
    answers: {
      200: { description: 'The keys', content: { 'application/json': { schema: KeySet } } },
    },
  });
  router.openapi(keysRoute, (c) => {
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Cache-Control', CACHED);
    return c.json(proofTokens.keySet, 200);
  });

  return router;
}
