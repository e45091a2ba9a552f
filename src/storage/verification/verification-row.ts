import {
  activeKeyOf,
  type Challenge,
  type ChallengeScope,
  type ChallengeStatus,
} from '../../domain/verification/verification.ts';
import { type Row, toDate, type Value } from '../statement.ts';

export type NewChallenge = ChallengeScope & {
  readonly verificationId: string;
  readonly sessionId: string;
  /** ISO 3166, where one is known. */
  readonly region: string | undefined;
  readonly passcodeDigest: string;
  readonly secretVersion: string;
  readonly maxAttempts: number;
  readonly expiresAt: Date;
  readonly companyName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** The credential that asked for it, as `nameOfPrincipal` has it. */
  readonly sentBy?: string;
  /** The node that sends its message. */
  readonly nodeId?: string | undefined;
};

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

/** The columns of a challenge that begins now. */
export function toNewRow(challenge: NewChallenge, now: Date): [name: string, value: Value][] {
  return [
    ['accountId', challenge.accountId],
    ['verificationId', challenge.verificationId],
    ['sessionId', challenge.sessionId],
    ['region', challenge.region ?? ''],
    ['phoneNumber', challenge.phoneNumber],
    ['purpose', challenge.purpose],
    ['activeKey', activeKeyOf(challenge)],
    ['otpHash', challenge.passcodeDigest],
    ['secretVersion', challenge.secretVersion],
    ['status', 'sent'],
    ['expiresAt', challenge.expiresAt],
    ['attempts', 0],
    ['maxAttempts', challenge.maxAttempts],
    ['companyName', challenge.companyName ?? null],
    ['ipAddress', challenge.ipAddress ?? null],
    ['userAgent', challenge.userAgent?.slice(0, 512) ?? null],
    ['sentBy', challenge.sentBy ?? null],
    ['nodeId', challenge.nodeId ?? null],
    ['createdAt', now],
    ['updatedAt', now],
  ];
}
