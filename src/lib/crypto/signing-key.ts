import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { SecretKey } from './secrets.ts';

/** An Ed25519 key pair that is derived from a secret key. */
export type SigningKey = {
  /** Names the key in tokens and key sets. It is the version of the secret key. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key (RFC 8037). */
  readonly jwk: JsonWebKey;
};

/** An Ed25519 private key in PKCS #8, up to its 32 bytes (RFC 8410 section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Derives the key pair of a use, named by `label`. Any 32 bytes are an Ed25519 private key (RFC 8032). */
export function deriveSigningKey(secretKey: SecretKey, label: string): SigningKey {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, secretKey.derive(label)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const jwk = publicKey.export({ format: 'jwk' });
  return { id: secretKey.version, privateKey, publicKey, jwk };
}
