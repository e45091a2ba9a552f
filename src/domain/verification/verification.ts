export type VerificationStatus = 'sent' | 'verified' | 'expired' | 'failed';

/** Whose code it is, and what it opens. */
export type VerificationScope = {
  readonly accountId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
};

/** One code's life: it accepts a limited number of attempts for a limited time, then closes. */
export type Verification = VerificationScope & {
  readonly id: number;
  readonly verificationId: string;
  readonly sessionId: string;
  readonly codeDigest: string;
  /** Names the secret key whose pepper the digest was made with. */
  readonly secretVersion: string;
  readonly status: VerificationStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly channel: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly verifiedAt: Date | undefined;
};

/** What clocks of nodes may differ by. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** No code lives longer (NIST SP 800-63B-4). */
const LONGEST_LIFE_SECONDS = 600;

/**
 * What a live verification may have for times at `now`. One that was made later than now, or would live
 * longer than any may, is not live: a clock that is set back neither revives nor prolongs it.
 */
export function liveTimes(now: Date) {
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  return {
    createdUntil: later(CLOCK_TOLERANCE_SECONDS),
    expiresUntil: later(LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS),
  };
}

/** Whether it is over at `now`, or not yet to be: its state aside. */
export function isOverAt({ createdAt, expiresAt }: Verification, now: Date): boolean {
  const { createdUntil, expiresUntil } = liveTimes(now);
  return expiresAt <= now || createdAt > createdUntil || expiresAt > expiresUntil;
}

/** The unique key that holds a recipient to one live verification a purpose. */
export function activeKeyOf({ accountId, phoneNumber, purpose }: VerificationScope): string {
  return `${accountId}|${phoneNumber}|${purpose}`;
}
