import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from './secrets.ts';

/** A sealed text could not be opened. The message is for operators and contains none of the content. */
export class SealError extends Error {
  override readonly name = 'SealError';
  /** `unknown_key`: the key that sealed it is not available. `tampered`: it is not what was sealed for this context. */
  readonly kind: 'unknown_key' | 'tampered';

  constructor(kind: 'unknown_key' | 'tampered', message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

type Keys = { readonly current: SecretKey; readonly previous: SecretKey | undefined };

export type Sealer = ReturnType<typeof createSealer>;

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

/**
 * Nonces are random and have 96 bits (NIST SP 800-38D, 8.2.2), so that nodes need no coordination. Section
 * 8.3 allows 2^32 of them per key, which keeps the probability of a repetition below 2^-32: at a hundred
 * seals a second, that takes 16 months. A new secret key restarts the count.
 */
const NONCE_BYTES = 12;

/**
 * Seals texts with the current secret key, and opens texts sealed with it or the previous one. Sealers with another
 * `label` have other keys.
 */
export function createSealer({ current, previous }: Keys, label = 'sealing') {
  const known = previous === undefined ? [current] : [previous, current];
  const keys = new Map(known.map((key) => [key.version, key.derive(label)]));
  const ownKey = current.derive(label);

  /** Seals a text for `context` (associated data): it only opens with the same context. */
  function seal(plaintext: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, ownKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    const bytes = Buffer.concat([nonce, body, cipher.getAuthTag()]);
    return `${current.version}.${bytes.toString('base64url')}`;
  }

  /** @throws {SealError} if the key is unknown, or the text was not sealed for `context`. */
  function open(sealed: string, context: string): string {
    const { version, bytes } = parse(sealed);
    const key = keys.get(version);
    if (key === undefined) {
      const message = `it was sealed with the secret key ${version}, which is neither the current nor the previous one`;
      throw new SealError('unknown_key', message);
    }
    const tagAt = bytes.length - TAG_BYTES;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(tagAt));
    try {
      const body = decipher.update(bytes.subarray(NONCE_BYTES, tagAt));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new SealError('tampered', 'it was changed, or sealed for another context', cause);
    }
  }

  return { version: current.version, seal, open };
}

/** Parses what `seal` returned, and accepts no other spelling. */
function parse(sealed: string): { readonly version: string; readonly bytes: Buffer } {
  const [, version = '', text = ''] = /^([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  // The decoder is lenient: it ignores unused bits of the last character.
  const isOurs = bytes.toString('base64url') === text;
  if (!isOurs || bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw new SealError('tampered', 'it is not a sealed text');
  }
  return { version, bytes };
}
