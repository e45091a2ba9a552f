import { type Argon2Cost, type Argon2Engine, drawDecoy } from '../../lib/crypto/argon2-engine.ts';
import type { SecretKey } from '../../lib/crypto/secrets.ts';

export type HashedCode = {
  readonly codeDigest: string;
  /** The version of the secret key whose pepper is in the digest. */
  readonly secretVersion: string;
};

export type CodeHasher = ReturnType<typeof createCodeHasher>;

type Options = {
  readonly engine: Argon2Engine;
  readonly cost: Argon2Cost;
  readonly current: SecretKey;
  readonly previous: SecretKey | undefined;
};

const DIGEST = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/**
 * Hashes codes with argon2id and a pepper that is not in the database. Six digits are weak, but with the
 * pepper a stolen table is worthless without the key (NIST SP 800-63B-4 3.1.1.2).
 */
export function createCodeHasher({ engine, cost, current, previous }: Options) {
  const peppers = new Map(
    [current, ...(previous ? [previous] : [])].map((key) => [key.version, key.derive('pepper')]),
  );
  const pepper = current.derive('pepper');
  const decoy = drawDecoy(cost);

  async function hash(code: string): Promise<HashedCode> {
    return {
      codeDigest: await engine.hash(code, cost, pepper),
      secretVersion: current.version,
    };
  }

  /** Whether `code` is right. A digest with other parameters never matches. */
  async function matches(hashed: HashedCode, code: string): Promise<boolean> {
    const secret = peppers.get(hashed.secretVersion);
    if (!secret || !isOurs(hashed.codeDigest)) return matchesNothing(code);
    return engine.verify(hashed.codeDigest, code, secret);
  }

  /** Takes as long as `matches` and is never true, so that the time reveals nothing. */
  async function matchesNothing(code: string): Promise<false> {
    await engine.verify(decoy, code, pepper);
    return false;
  }

  /** A digest names its own cost, and a forged one could demand gigabytes. */
  function isOurs(digest: string): boolean {
    const [, memoryKib, timeCost] = DIGEST.exec(digest) ?? [];
    return Number(memoryKib) === cost.memoryKib && Number(timeCost) === cost.timeCost;
  }

  return { hash, matches, matchesNothing };
}
