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
      hash(text, { memoryCost: memoryKib, timeCost, parallelism: 1, outputLen: 32, secret }),
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
        hashLength: 32,
        secret,
      }),
    verify: (digest, text, secret) => verify(digest, text, { secret }),
  };
}
