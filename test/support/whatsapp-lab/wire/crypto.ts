import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  pbkdf2Sync,
  verify as verifyEd25519,
} from 'node:crypto';
// Node cannot sign with an X25519 key; the package under Baileys can.
import { calculateAgreement, calculateSignature, generateKeyPair } from 'libsignal/src/curve.js';

/** An X25519 pair; both keys have 32 bytes. */
export type KeyPair = { readonly pub: Buffer; readonly priv: Buffer };

const TAG_BYTES = 16;

export const sha256 = (data: Uint8Array | string): Buffer =>
  createHash('sha256').update(data).digest();

export const hmacSha256 = (key: Uint8Array, data: Uint8Array): Buffer =>
  createHmac('sha256', key).update(data).digest();

type Derivation = { readonly length: number; readonly salt?: Uint8Array; readonly info?: string };

export function hkdf(secret: Uint8Array, { length, salt, info = '' }: Derivation): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt ?? Buffer.alloc(0), info, length));
}

type Sealing = { readonly key: Uint8Array; readonly iv: Uint8Array; readonly aad?: Uint8Array };

/** AES-256-GCM; the tag follows the ciphertext. */
export function gcmSeal({ key, iv, aad }: Sealing, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  if (aad) cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when the key is another one or a bit has changed. */
export function gcmOpen({ key, iv, aad }: Sealing, sealed: Uint8Array): Buffer {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  if (aad) decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
}

export function aesCtr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** A public key with the type byte in front (33 bytes), as Signal writes it. */
export const withType = (pub: Uint8Array): Buffer =>
  pub.length === 33 ? Buffer.from(pub) : Buffer.concat([Buffer.from([5]), pub]);

/** A public key without its type byte (32 bytes), as WhatsApp's own stanzas write it. */
export const bare = (pub: Uint8Array): Buffer =>
  Buffer.from(pub.length === 33 ? pub.subarray(1) : pub);

export function createKeyPair(): KeyPair {
  const { pubKey, privKey } = generateKeyPair();
  return { pub: bare(pubKey), priv: Buffer.from(privKey) };
}

export const agree = (priv: Uint8Array, pub: Uint8Array): Buffer =>
  Buffer.from(calculateAgreement(withType(pub), priv));

export const sign = (priv: Uint8Array, data: Uint8Array): Buffer =>
  Buffer.from(calculateSignature(priv, data));

/** The key that both sides derive from the 8 characters of a pairing code. */
export const pairingCodeKey = (code: string, salt: Uint8Array): Buffer =>
  pbkdf2Sync(code, salt, 2 << 16, 32, 'sha256');

export function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

export const fromBigEndian = (bytes: Uint8Array): number =>
  Buffer.from(bytes).readUIntBE(0, bytes.length);

const P = 2n ** 255n - 19n;
const SPKI_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if (bits & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/**
 * Verifies an XEdDSA signature with Node's Ed25519: the Montgomery key u becomes the Edwards key
 * y = (u-1)/(u+1), whose sign travels in the top bit of the signature. It is not libsignal's own
 * check, so that a fault of libsignal cannot hide behind itself.
 */
export function verify(pub: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const u = BigInt(`0x${bare(pub).reverse().toString('hex')}`) & ((1n << 255n) - 1n);
  const y = ((u + P - 1n) * power(u + 1n, P - 2n)) % P;
  const edwards = Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();
  const plain = Buffer.from(signature);
  const last = plain.readUInt8(63);
  edwards.writeUInt8(edwards.readUInt8(31) | (last & 0x80), 31);
  plain.writeUInt8(last & 0x7f, 63);
  const der = Buffer.concat([SPKI_ED25519, edwards]);
  return verifyEd25519(
    null,
    data,
    createPublicKey({ key: der, format: 'der', type: 'spki' }),
    plain,
  );
}
