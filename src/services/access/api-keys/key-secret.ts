import { createHash, timingSafeEqual } from 'node:crypto';
import type { KeyMode } from '../../../domain/access/permissions.ts';
import { randomId } from '../../../lib/crypto/secrets.ts';

const SECRET_BYTES = 32;

/** 43 characters of base64url are 32 bytes. */
const SECRET = /^wv_(live|test)_[A-Za-z0-9_-]{43}$/;

/** `wv_live_` and four characters: enough to distinguish keys, and 232 bits stay secret. */
const SHOWN_CHARACTERS = 12;

export type GeneratedKey = {
  /** The key itself, which is shown once and never stored. */
  readonly secret: string;
  readonly keyHash: string;
  readonly prefix: string;
};

export function generateKey(mode: KeyMode): GeneratedKey {
  const secret = `wv_${mode}_${randomId(SECRET_BYTES)}`;
  return { secret, keyHash: digestKey(secret), prefix: secret.slice(0, SHOWN_CHARACTERS) };
}

/** Whether a text has the form of a key. Nothing else needs a lookup. */
export function isKeyShaped(text: string): boolean {
  return SECRET.test(text);
}

/** The stored digest of a key. A key has 256 random bits, so a plain SHA-256 is enough. */
export function digestKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two digests of keys in constant time. */
export function isSameDigest(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
