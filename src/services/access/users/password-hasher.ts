import { normalisePassword } from '../../../domain/access/password.ts';
import { overloaded } from '../../../domain/refusal.ts';
import type { BoundedQueue, Slot } from '../../../lib/concurrency/bounded-queue.ts';
import { type Argon2Engine, drawDecoy } from '../../../lib/crypto/argon2-engine.ts';

type Options = {
  readonly engine: Argon2Engine;
  /** Not the queue of the codes: logins are anonymous, and must not delay those. */
  readonly hashing: BoundedQueue;
};

export type PasswordHasher = ReturnType<typeof createPasswordHasher>;

/**
 * OWASP and ASVS 5.0: 19 MiB with two passes. The setting for codes does not apply, as it may be lower:
 * codes live for minutes, and there are thousands of them for each login.
 */
const COST = { memoryKib: 19_456, timeCost: 2 };

/**
 * No pepper. A password outlives every SECRET_KEY: after two rotations, no user could log in. Unlike six
 * digits, a password is strong enough to be hashed without one.
 */
const NO_PEPPER = Buffer.alloc(0);

const DIGEST = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** Hashes passwords with argon2id, and compares them. */
export function createPasswordHasher({ engine, hashing }: Options) {
  const decoy = drawDecoy(COST);

  /** @throws {AppError} `overloaded`. */
  function hash(password: string): Promise<string> {
    const normalised = normalisePassword(password);
    return admitted((slot) => slot.run(() => engine.hash(normalised, COST, NO_PEPPER)));
  }

  /**
   * Whether `password` matches `digest`. Without a digest, or with one of other parameters (which could
   * demand gigabytes), it takes as long and returns false.
   * @throws {AppError} `overloaded`.
   */
  function matches(digest: string | undefined, password: string): Promise<boolean> {
    const ours = digest !== undefined && DIGEST.test(digest) ? digest : undefined;
    const normalised = normalisePassword(password);
    return admitted(async (slot) => {
      const isEqual = await slot.run(() => engine.verify(ours ?? decoy, normalised, NO_PEPPER));
      return isEqual && ours !== undefined;
    });
  }

  async function admitted<T>(task: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = hashing.acquire();
    if (!slot) throw overloaded(hashing.retryAfterSeconds());
    try {
      return await task(slot);
    } finally {
      slot.release();
    }
  }

  return { hash, matches };
}
