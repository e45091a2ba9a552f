import { activeKeyOf } from '../../../domain/verification/verification.ts';
import { createRecentEntries } from '../../../lib/recent-entries.ts';
import type { VerificationRef } from '../../../storage/verification/verification-store.ts';
import type { CodeHasher, HashedCode } from '../code-hasher.ts';

/** How long a double click or a repeated request is recognised as one. */
const REMEMBERED_MS = 60_000;
const MOST = 10_000;

export type RecentlyVerified = ReturnType<typeof createRecentlyVerified>;

/** Digests of codes that this process has just verified. Their rows no longer have them. */
export function createRecentlyVerified(hasher: CodeHasher) {
  const digests = createRecentEntries<HashedCode>({ most: MOST, ttlMs: REMEMBERED_MS });

  function remember(ref: VerificationRef, { codeDigest, secretVersion }: HashedCode): void {
    digests.set(nameOf(ref), { codeDigest, secretVersion });
  }

  /** Whether an attempt repeats a code that was just verified. Always takes one hash. */
  function matches(ref: VerificationRef, code: string): Promise<boolean> {
    const hashed = digests.get(nameOf(ref));
    return hashed ? hasher.matches(hashed, code) : hasher.matchesNothing(code);
  }

  return { remember, matches };
}

function nameOf(ref: VerificationRef): string {
  return 'scope' in ref ? activeKeyOf(ref.scope) : `${ref.accountId}|${ref.verificationId}`;
}
