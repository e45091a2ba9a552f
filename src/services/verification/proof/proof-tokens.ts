import { type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { digestOf, type SecretKey } from '../../../lib/crypto/secrets.ts';
import { deriveSigningKey } from '../../../lib/crypto/signing-key.ts';
import { addSeconds } from '../../../lib/time/clock.ts';

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

/** What a proof says. */
export type ProofClaims = {
  readonly issuer: string;
  readonly audience: string;
  readonly accountId: string;
  /** The number (E.164) or email address that was verified. */
  readonly recipient: string;
  readonly verificationId: string;
  readonly purpose: string;
  readonly verifiedAt: Date;
  /** The hosted page on which it was verified, if it was on one. */
  readonly pageId?: string | undefined;
  /** Claims that name the recipient; empty for a caller who must not see it. */
  readonly contact: Readonly<Record<string, string | boolean>>;
};

/** The claims of a proof that is valid. */
export type ReadProof = {
  readonly verificationId: string;
  readonly id: string;
  readonly pageId: string | undefined;
  readonly expiresAt: Date;
};

export type ProofTokens = ReturnType<typeof createProofTokens>;

/** How long a proof is valid, in seconds. */
export const PROOF_SECONDS = 120;

const ALGORITHM = 'EdDSA';
/** Distinguishes proofs from other tokens (RFC 8725 section 3.11). */
const TYPE = 'proof+jwt';
const HEADER_FIELDS = ['alg', 'typ', 'kid'];

/**
 * Signs and reads proofs of verification: JWTs with an Ed25519 signature (RFC 8037). The keys are derived from the secret
 * keys: the current one signs, and the key set also has that of the previous one.
 */
export function createProofTokens({ current, previous }: Keys) {
  const own = deriveSigningKey(current, 'proof');
  const known = previous === undefined ? [own] : [own, deriveSigningKey(previous, 'proof')];
  const keys = new Map(known.map((key) => [key.id, key.publicKey]));
  const subjectKey = current.derive('proof-subject');

  /** The public keys (RFC 7517). */
  const keySet = {
    keys: known.map(({ id, jwk: { x = '' } }) => ({
      ...({ kty: 'OKP', crv: 'Ed25519', x, kid: id, alg: ALGORITHM, use: 'sig' } as const),
    })),
  };

  /** Signs a proof that is valid from `issuedAt`. The same input returns the same token. */
  function sign(claims: ProofClaims, issuedAt: Date): Promise<string> {
    const iat = toSeconds(issuedAt);
    const { verificationId, purpose, verifiedAt, pageId, contact } = claims;
    const about = { purpose, vid: verificationId, auth_time: toSeconds(verifiedAt) };
    return new SignJWT({ ...contact, ...about, ...(pageId !== undefined && { pid: pageId }) })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: own.id })
      .setIssuer(claims.issuer)
      .setAudience(claims.audience)
      .setSubject(digestOf(JSON.stringify([claims.accountId, claims.recipient]), subjectKey))
      .setJti(verificationId)
      .setIssuedAt(iat)
      .setExpirationTime(iat + PROOF_SECONDS)
      .sign(own.privateKey);
  }

  /** Returns what a valid proof for `audience` says; undefined for any other text. */
  async function read(token: string, audience: string, now: Date): Promise<ReadProof | undefined> {
    const options = {
      ...{ algorithms: [ALGORITHM], audience, typ: TYPE, currentDate: now },
      requiredClaims: ['iss', 'sub', 'exp', 'iat', 'jti', 'vid'],
    };
    const verified = await jwtVerify(token, findKey, options).catch(() => undefined);
    return verified && toProof(verified.payload);
  }

  /** @throws for a header with other fields, or with an unknown key. */
  function findKey(header: JWTHeaderParameters) {
    const unexpected = Object.keys(header).find((name) => !HEADER_FIELDS.includes(name));
    const key = keys.get(header.kid ?? '');
    if (unexpected !== undefined || !key) throw new Error('unknown token header');
    return key;
  }

  return { keySet, sign, read };
}

function toProof({ vid, pid, jti = '', exp = 0 }: JWTPayload): ReadProof | undefined {
  if (typeof vid !== 'string') return undefined;
  const pageId = typeof pid === 'string' ? pid : undefined;
  return { verificationId: vid, id: jti, pageId, expiresAt: addSeconds(new Date(0), exp) };
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
