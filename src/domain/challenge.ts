export type ChallengeStatus = 'sent' | 'verified' | 'expired' | 'failed';

/** Whose passcode it is, and what it opens. */
export type ChallengeScope = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
};

/** One passcode's life: it accepts a limited number of guesses for a limited time, then closes. */
export type Challenge = ChallengeScope & {
  readonly id: number;
  readonly verificationId: string;
  readonly sessionId: string;
  readonly passcodeDigest: string;
  /** Names the secret key whose pepper the digest was made with. */
  readonly secretVersion: string;
  readonly status: ChallengeStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly channel: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly verifiedAt: Date | undefined;
};

/** The unique key that holds a recipient to one live challenge a purpose. */
export function activeKeyOf({ accountId, phoneNumber, purpose }: ChallengeScope): string {
  return `${accountId}|${phoneNumber}|${purpose}`;
}
