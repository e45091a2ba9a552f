export type VerificationStatus = 'sent' | 'verified' | 'expired' | 'failed';

/** How the person proves the recipient: with a code that was sent there, or by a message to us from there. */
export const verificationMethods = ['code', 'inbound'] as const;
export type VerificationMethod = (typeof verificationMethods)[number];

/** The recipient and the purpose of a code. */
export type VerificationScope = {
  readonly accountId: string;
  /** The recipient: a phone number in E.164, or an email address as `toEmailAddress` returns it. */
  readonly phoneNumber: string;
  readonly purpose: string;
};

/**
 * A code from send to end: it accepts a limited number of attempts for a limited time. One by an incoming message has an
 * empty digest until a code was sent back, if that is wanted, and an empty number until the person is known.
 */
export type Verification = VerificationScope & {
  readonly id: number;
  readonly verificationId: string;
  readonly sessionId: string;
  readonly codeDigest: string;
  /** The version of the secret key whose pepper is in the digest. */
  readonly secretVersion: string;
  readonly status: VerificationStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly channel: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly verifiedAt: Date | undefined;
  readonly method: VerificationMethod;
};

/** How much the clocks of nodes may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** No code lives longer (NIST SP 800-63B-4). */
const LONGEST_LIFE_SECONDS = 600;

/**
 * The times that a live verification may have at `now`. One that was created in the future, or would live
 * longer than allowed, is not live: setting a clock back neither revives nor prolongs it.
 */
export function liveTimes(now: Date) {
  const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  return {
    createdUntil: later(CLOCK_TOLERANCE_SECONDS),
    expiresUntil: later(LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS),
  };
}

/** Whether its times rule out that it is live at `now`, whatever its status is. */
export function isOverAt({ createdAt, expiresAt }: Verification, now: Date): boolean {
  const { createdUntil, expiresUntil } = liveTimes(now);
  return expiresAt <= now || createdAt > createdUntil || expiresAt > expiresUntil;
}

/** The unique key that allows one live verification per recipient and purpose. */
export function activeKeyOf({ accountId, phoneNumber, purpose }: VerificationScope): string {
  return `${accountId}|${phoneNumber}|${purpose}`;
}
