import { type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { SecretKey } from '../../../../lib/crypto/secrets.ts';
import { addSeconds, type Clock } from '../../../../lib/time/clock.ts';
import type { Generation } from './refresh-token.ts';

type Options = {
  readonly current: SecretKey;
  readonly previous: SecretKey | undefined;
  readonly lifeSeconds: number;
  readonly now: Clock;
};

/** The login and the user that an access token belongs to. */
export type AccessClaims = { readonly familyId: string; readonly userId: number };

export type AccessTokens = ReturnType<typeof createAccessTokens>;

const ALGORITHM = 'HS256';
/** RFC 9068: distinguishes access tokens from other tokens signed with the same key. */
const TYPE = 'at+jwt';
/** Issuer and audience: both are this program. */
const SELF = 'waverify';

/** How far the clocks of nodes may differ. */
const CLOCK_SKEW_SECONDS = 60;

const HEADER_FIELDS = ['alg', 'typ', 'kid'];

/** Rejects anything else without parsing it: API keys can be sent as Bearer, too. */
const COMPACT = /^[\w-]{1,256}\.[\w-]{1,1024}\.[\w-]{0,128}$/;

/** Access tokens: signed JSON (RFC 7519) that names a login and a user, valid for minutes. */
export function createAccessTokens({ current, previous, lifeSeconds, now }: Options) {
  const known = previous === undefined ? [current] : [previous, current];
  const keys = new Map(known.map((key) => [key.version, key.derive('access-token')]));
  const ownKey = current.derive('access-token');

  /** Writes the token of a generation, valid from `issuedAt`. The same input returns the same token. */
  async function write(
    { familyId, generation }: Generation,
    userId: number,
    issuedAt: Date,
  ): Promise<{ readonly token: string; readonly expiresAt: Date }> {
    const iat = Math.floor(issuedAt.getTime() / 1000);
    const exp = iat + lifeSeconds;
    const token = await new SignJWT({ sid: familyId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: current.version })
      .setIssuer(SELF)
      .setAudience(SELF)
      .setSubject(String(userId))
      .setJti(`${familyId}.${generation}`)
      .setIssuedAt(iat)
      .setExpirationTime(exp)
      .sign(ownKey);
    return { token, expiresAt: addSeconds(new Date(0), exp) };
  }

  /** Returns the claims of a valid token; undefined for any other text. */
  async function read(token: string): Promise<AccessClaims | undefined> {
    if (!COMPACT.test(token)) return undefined;
    const options = {
      ...{ algorithms: [ALGORITHM], issuer: SELF, audience: SELF, typ: TYPE },
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
      currentDate: now(),
    };
    const verified = await jwtVerify(token, findKey, options).catch(() => undefined);
    return verified && toClaims(verified.payload);
  }

  /** @throws for a header with other fields, or with an unknown key id. */
  function findKey(header: JWTHeaderParameters): Uint8Array {
    const unexpected = Object.keys(header).find((name) => !HEADER_FIELDS.includes(name));
    const key = keys.get(header.kid ?? '');
    if (unexpected !== undefined || !key) throw new Error('unknown token header');
    return key;
  }

  function toClaims(payload: JWTPayload): AccessClaims | undefined {
    const { exp = 0, iat = 0, nbf = 0, sub = '', jti = '', sid } = payload;
    const hasWholeTimes = [exp, iat, nbf].every(Number.isSafeInteger);
    // A longer lifetime is from before a change of the settings, or forged.
    const isBegun = iat <= now().getTime() / 1000 + CLOCK_SKEW_SECONDS;
    const isShort = isBegun && exp - iat <= lifeSeconds;
    const isOurs =
      typeof sid === 'string' && jti.startsWith(`${sid}.`) && /^[1-9]\d{0,8}$/.test(sub);
    return hasWholeTimes && isShort && isOurs ? { familyId: sid, userId: Number(sub) } : undefined;
  }

  return { write, read };
}
