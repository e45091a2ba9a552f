import type { Challenge, ChallengeStatus } from '../domain/challenge.ts';
import { type Row, toDate } from './statement.ts';

/** Reads a row of `otp_logs` as any driver returns it. */
export function toChallenge(row: Row): Challenge {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    verificationId: String(row['verificationId']),
    sessionId: String(row['sessionId']),
    phoneNumber: String(row['phoneNumber']),
    purpose: String(row['purpose']),
    passcodeDigest: String(row['otpHash']),
    secretVersion: String(row['secretVersion']),
    status: row['status'] as ChallengeStatus,
    attempts: Number(row['attempts']),
    maxAttempts: Number(row['maxAttempts']),
    channel: row['channel'] === null ? undefined : String(row['channel']),
    createdAt: toDate(row['createdAt']),
    expiresAt: toDate(row['expiresAt']),
    verifiedAt: row['verifiedAt'] === null ? undefined : toDate(row['verifiedAt']),
  };
}
