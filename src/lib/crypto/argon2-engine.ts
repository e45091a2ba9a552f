import { randomBytes } from 'node:crypto';

/** The cost of a digest: argon2id, version 19, one lane, 32 bytes (RFC 9106). */
export type Argon2Cost = {
  /** Memory in KiB. OWASP and ASVS 5.0 require at least 19456 with two passes. */
  readonly memoryKib: number;
  /** Passes over the memory. */
  readonly timeCost: number;
};

/** argon2id with a secret (the pepper). Both implementations can verify each other's digests. */
export type Argon2Engine = {
  readonly name: string;
  hash(text: string, cost: Argon2Cost, secret: Buffer): Promise<string>;
  verify(digest: string, text: string, secret: Buffer): Promise<boolean>;
};

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Draws a digest that no text matches. To compare it with a text takes as long as any digest of this cost. */
export function drawDecoy({ memoryKib, timeCost }: Argon2Cost): string {
  const [salt, hash] = [SALT_BYTES, HASH_BYTES].map((bytes) =>
    randomBytes(bytes).toString('base64').replace(/=+$/, ''),
  );
  return `$argon2id$v=19$m=${memoryKib},t=${timeCost},p=1$${salt}$${hash}`;
}

/** The fastest engine that loads on this machine: @node-rs/argon2 takes half the time. */
export async function loadArgon2Engine(): Promise<Argon2Engine> {
  try {
    return await loadNodeRsArgon2();
  } catch {
    return loadNpmArgon2();
  }
}

export async function loadNodeRsArgon2(): Promise<Argon2Engine> {
  const { hash, verify } = await import('@node-rs/argon2');
  return {
    name: '@node-rs/argon2',
    hash: (text, { memoryKib, timeCost }, secret) =>
      hash(text, {
        memoryCost: memoryKib,
        timeCost,
        parallelism: 1,
        outputLen: HASH_BYTES,
        secret,
      }),
    verify: (digest, text, secret) => verify(digest, text, { secret }),
  };
}

export async function loadNpmArgon2(): Promise<Argon2Engine> {
  const { argon2id, hash, verify } = await import('argon2');
  return {
    name: 'argon2',
    hash: (text, { memoryKib, timeCost }, secret) =>
      hash(text, {
        type: argon2id,
        memoryCost: memoryKib,
        timeCost,
        parallelism: 1,
        hashLength: HASH_BYTES,
        secret,
      }),
    verify: (digest, text, secret) => verify(digest, text, { secret }),
  };
}
