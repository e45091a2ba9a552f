import { randomUUID } from 'node:crypto';
import { addSeconds } from '../../../src/lib/time/clock.ts';
import type { NewVerification } from '../../../src/storage/verification/verification-row.ts';
import type { VerificationStore } from '../../../src/storage/verification/verification-store.ts';
import { createPhoneNumbers } from '../phone-numbers.ts';

const freshPhoneNumber = createPhoneNumbers();

/** What the verification service would open at `now` for somebody new. */
export function newVerification(
  now: Date,
  changes: Partial<NewVerification> = {},
): NewVerification {
  return {
    accountId: 'default',
    phoneNumber: freshPhoneNumber(),
    purpose: 'login',
    verificationId: randomUUID(),
    sessionId: 'default',
    region: 'ID',
    codeDigest: 'digest',
    secretVersion: '01234567',
    maxAttempts: 3,
    expiresAt: addSeconds(now, 300),
    companyName: undefined,
    ipAddress: undefined,
    userAgent: undefined,
    ...changes,
  };
}

/** Opens a verification and reads it back. */
export async function createVerification(
  store: VerificationStore,
  now: Date,
  changes: Partial<NewVerification> = {},
) {
  const verification = newVerification(now, changes);
  if (!(await store.open(verification, now))) throw new Error('another caller was first');
  const found = await store.find(verification);
  if (!found) throw new Error('the verification is not there');
  return found;
}
