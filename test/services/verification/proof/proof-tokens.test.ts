import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createSecretKey } from '../../../../src/lib/crypto/secrets.ts';
import { createProofTokens } from '../../../../src/services/verification/proof/proof-tokens.ts';

const OLD = createSecretKey('an-old-secret-0123456789abcdef0123456789ab');
const NEW = createSecretKey('a-new-secret-0123456789abcdef0123456789abc');

const AT = new Date('2026-11-30T12:00:00.750Z');
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

const CLAIMS = {
  ...{ issuer: 'https://verify.example.com', audience: 'shop', accountId: 'shop' },
  ...{ recipient: '+6281234567890', verificationId: 'T9LOIawrvRT8gFqIc6yI588mTQiT1t5f' },
  ...{ purpose: 'login', verifiedAt: AT, contact: { phone_number: '+6281234567890' } },
};

const own = createProofTokens({ current: NEW, previous: undefined });
const keySet = createLocalJWKSet(own.keySet);

/** What a program that trusts our key set checks. */
const verify = (token: string, now = AT, audience = 'shop') =>
  jwtVerify(token, keySet, { algorithms: ['EdDSA'], audience, currentDate: now });

/** A token with one character changed, in a way that survives decoding. */
function changeAt(token: string, place: number): string {
  return token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1);
}

describe('a proof of verification', () => {
  it('says what was verified, for two minutes', async () => {
    const token = await own.sign(CLAIMS, AT);
    const { payload, protectedHeader } = await verify(token);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', typ: 'proof+jwt', kid: NEW.version });
    const iat = Math.floor(AT.getTime() / 1000);
    expect(payload).toEqual({
      ...{ iss: CLAIMS.issuer, aud: 'shop', sub: payload.sub, jti: CLAIMS.verificationId },
      ...{ iat, exp: iat + 120, auth_time: iat },
      ...{ purpose: 'login', vid: CLAIMS.verificationId, phone_number: '+6281234567890' },
    });
    expect(await own.read(token, 'shop', AT)).toEqual({
      ...{ id: CLAIMS.verificationId, verificationId: CLAIMS.verificationId },
      pageId: undefined,
      expiresAt: new Date((iat + 120) * 1000),
    });
  });

  it('names its subject by a digest, which differs between accounts', async () => {
    const subjectOf = async (changed: object) =>
      decodeJwt(await own.sign({ ...CLAIMS, contact: {}, ...changed }, AT)).sub ?? '';
    const subject = await subjectOf({});
    expect(subject).not.toContain('6281234567890');
    expect(await subjectOf({ verificationId: 'another-verification-id' })).toBe(subject);
    expect(await subjectOf({ accountId: 'other' })).not.toBe(subject);
    expect(await subjectOf({ recipient: '+6281234567891' })).not.toBe(subject);
  });

  it('is refused with any character changed', async () => {
    const token = await own.sign(CLAIMS, AT);
    const dots = [token.indexOf('.'), token.lastIndexOf('.')];
    // The last character of a part may have bits that decoding ignores.
    const places = Array.from({ length: token.length }, (_, place) => place).filter(
      (place) => !dots.includes(place) && !dots.includes(place + 1) && place !== token.length - 1,
    );
    for (const place of places) {
      const changed = changeAt(token, place);
      await expect(verify(changed), changed).rejects.toThrow();
      expect(await own.read(changed, 'shop', AT), changed).toBeUndefined();
    }
  });

  it('is refused after its time, and by another audience', async () => {
    const token = await own.sign(CLAIMS, AT);
    await verify(token, later(119));
    await expect(verify(token, later(120))).rejects.toThrow();
    await expect(verify(token, AT, 'other')).rejects.toThrow();
    expect(await own.read(token, 'shop', later(120))).toBeUndefined();
    expect(await own.read(token, 'other', AT)).toBeUndefined();
  });

  it('is refused if another key signed it, if no key did, or if it is another kind of token', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const header = { alg: 'EdDSA', typ: 'proof+jwt', kid: NEW.version };
    const payload = decodeJwt(await own.sign(CLAIMS, AT));
    const foreign = await new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ ...header, alg: 'none' })}.${part(payload)}.`;
    const publicKey = Buffer.from(own.keySet.keys[0]?.x ?? '', 'base64url');
    const confused = await new SignJWT(payload)
      .setProtectedHeader({ ...header, alg: 'HS256' })
      .sign(publicKey);
    const untyped = await createProofTokens({ current: NEW, previous: undefined })
      .sign(CLAIMS, AT)
      .then((token) => `${part({ ...header, typ: 'JWT' })}${token.slice(token.indexOf('.'))}`);
    for (const token of [foreign, unsigned, confused, untyped, '', 'a.b.c', 'x']) {
      await expect(verify(token), token).rejects.toThrow();
      expect(await own.read(token, 'shop', AT), token).toBeUndefined();
    }
  });

  it('is accepted across a change of the secret key, also of one that was published first', async () => {
    const before = createProofTokens({ current: OLD, previous: NEW });
    const after = createProofTokens({ current: NEW, previous: OLD });
    const kids = (tokens: typeof own) => tokens.keySet.keys.map(({ kid }) => kid).sort();
    expect(kids(before)).toEqual(kids(after));
    for (const [signer, reader] of [[before, after] as const, [after, before] as const]) {
      const token = await signer.sign(CLAIMS, AT);
      expect(await reader.read(token, 'shop', AT)).toBeDefined();
      await jwtVerify(token, createLocalJWKSet(reader.keySet), { currentDate: AT });
    }
    // Once it is forgotten, its tokens are too.
    expect(await own.read(await before.sign(CLAIMS, AT), 'shop', AT)).toBeUndefined();
    expect(own.keySet.keys).toHaveLength(1);
  });
});
