import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret key with its public version. All other keys are derived from it. */
export type SecretKey = {
  /** Eight hex digits that identify the key and reveal nothing about it. */
  readonly version: string;
  /** A 32-byte key for one use, named by `label` (RFC 5869, HKDF with SHA-256). */
  derive(label: string): Buffer;
};

export function createSecretKey(secret: string): SecretKey {
  const derive = (label: string) =>
    Buffer.from(hkdfSync('sha256', secret, 'waverify', `waverify/${label}/v1`, 32));
  return { version: derive('key-version').toString('hex').slice(0, 8), derive };
}

/** A keyed digest (HMAC-SHA256) of `text`, to recognise a value without storing it. */
export function digestOf(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Compares in constant time, by digests, so that the length is not revealed either. */
export function isSameSecret(given: string, expected: string): boolean {
  return createSecretMatcher(expected)(given);
}

/** Like `isSameSecret`, for many comparisons with the same secret. */
export function createSecretMatcher(expected: string): (given: string) => boolean {
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  const digest = sha256(expected);
  return (given) => timingSafeEqual(sha256(given), digest);
}

/** A random number in `[0, 1)`. */
export function drawFraction(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32;
}

/** A random id of `bytes` bytes, safe in a URL. */
export function randomId(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** Like `randomId`, but in lower-case hexadecimal digits, for names that people read. */
export function drawHexName(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
