import { LRUCache } from 'lru-cache';
import { activeKeyOf } from '../../../domain/verification/verification.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { CodeHasher, HashedCode } from '../code-hasher.ts';

/** So long a second press of the same button, or a retry of the same request, is known as one. */
const REMEMBERED_MS = 60_000;
const MOST = 10_000;

export type RecentlyVerified = ReturnType<typeof createRecentlyVerified>;

/** The digests of what was verified in this process a moment ago: their rows have lost them by now. */
export function createRecentlyVerified(hasher: CodeHasher) {
  const digests = new LRUCache<string, HashedCode>({ max: MOST, ttl: REMEMBERED_MS });

  function remember(ref: VerificationRef, { codeDigest, secretVersion }: HashedCode): void {
    digests.set(nameOf(ref), { codeDigest, secretVersion });
  }

  /** Whether an attempt is what was right a moment ago. Takes one hash, whether or not anything was. */
  function matches(ref: VerificationRef, code: string): Promise<boolean> {
    const hashed = digests.get(nameOf(ref));
    return hashed ? hasher.matches(hashed, code) : hasher.matchesNothing(code);
  }

  return { remember, matches };
}

function nameOf(ref: VerificationRef): string {
  return 'scope' in ref ? activeKeyOf(ref.scope) : `${ref.accountId}|${ref.verificationId}`;
}
