import { randomUUID } from 'node:crypto';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import type { NewChallenge } from '../../../src/storage/verification/verification-row.ts';
import type { ChallengeStore } from '../../../src/storage/verification/verification-store.ts';
import { createPhoneNumbers } from '../phone-numbers.ts';

const freshPhoneNumber = createPhoneNumbers();

/** What the verification service would open at `now` for somebody new. */
export function newChallenge(now: Date, changes: Partial<NewChallenge> = {}): NewChallenge {
  return {
    accountId: 'default',
    phoneNumber: freshPhoneNumber(),
    purpose: 'login',
    verificationId: randomUUID(),
    sessionId: 'default',
    region: 'ID',
    passcodeDigest: 'digest',
    secretVersion: '01234567',
    maxAttempts: 3,
    expiresAt: addSeconds(now, 300),
    companyName: undefined,
    ipAddress: undefined,
    userAgent: undefined,
    ...changes,
  };
}

/** Opens a challenge and reads it back. */
export async function openChallenge(
  store: ChallengeStore,
  now: Date,
  changes: Partial<NewChallenge> = {},
) {
  const challenge = newChallenge(now, changes);
  if (!(await store.open(challenge, now))) throw new Error('another caller was first');
  const found = await store.find(challenge);
  if (!found) throw new Error('the challenge is not there');
  return found;
}
