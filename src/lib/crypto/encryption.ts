import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from './secrets.ts';

/** A sealed text was not opened. The message is for operators: it holds nothing of the content. */
export class SealError extends Error {
  override readonly name = 'SealError';
  /** `unknown_key`: the key that sealed it is not here. `tampered`: it is not what was sealed for this place. */
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
 * Nonces are random and of 96 bits (NIST SP 800-38D, 8.2.2), so that no node needs to know what
 * another used. Section 8.3 allows 2^32 of them for one key, which keeps the odds of a repetition
 * under 2^-32: a hundred seals a second, day and night, take 16 months. A new secret key starts anew.
 */
const NONCE_BYTES = 12;

/** Seals texts with the current secret key, and opens what it or the previous one sealed. */
export function createSealer({ current, previous }: Keys) {
  const known = previous === undefined ? [current] : [previous, current];
  const keys = new Map(known.map((key) => [key.version, key.derive('sealing')]));
  const ownKey = current.derive('sealing');

  /** Seals a text for one place, which `context` names: only there does it open again. */
  function seal(plaintext: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, ownKey, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    const bytes = Buffer.concat([nonce, body, cipher.getAuthTag()]);
    return `${current.version}.${bytes.toString('base64url')}`;
  }

  /** @throws {SealError} when the key is unknown, or when this is not what was sealed for `context`. */
  function open(sealed: string, context: string): string {
    const { version, bytes } = parse(sealed);
    const key = keys.get(version);
    if (key === undefined) {
      const message = `the secret key ${version} sealed it, and is neither the current nor the previous one`;
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
      throw new SealError('tampered', 'it was changed, or was sealed for another place', cause);
    }
  }

  return { version: current.version, seal, open };
}

/** Takes apart what `seal` made, and nothing that is written differently. */
function parse(sealed: string): { readonly version: string; readonly bytes: Buffer } {
  const [, version = '', text = ''] = /^([0-9a-f]{8})\.([\w-]+)$/.exec(sealed) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  // The decoder passes over what it does not need: the last character has bits that mean nothing.
  const isOurs = bytes.toString('base64url') === text;
  if (!isOurs || bytes.length < NONCE_BYTES + TAG_BYTES) {
    throw new SealError('tampered', 'it does not have the form of a sealed text');
  }
  return { version, bytes };
}
