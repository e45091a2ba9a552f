import {
  activeKeyOf,
  type Verification,
  type VerificationScope,
  type VerificationStatus,
} from '../../domain/verification/verification.ts';
import { type Row, toDate, type Value } from '../statement.ts';

export type NewVerification = VerificationScope & {
  readonly verificationId: string;
  readonly sessionId: string;
  /** ISO 3166, where one is known. */
  readonly region: string | undefined;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly maxAttempts: number;
  readonly expiresAt: Date;
  readonly companyName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** The credential that asked for it, as `formatPrincipal` has it. */
  readonly sentBy?: string;
  /** The node that sends its message. */
  readonly nodeId?: string | undefined;
};

/** Reads a row of `otp_logs` as any driver returns it. */
export function toVerification(row: Row): Verification {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    verificationId: String(row['verificationId']),
    sessionId: String(row['sessionId']),
    phoneNumber: String(row['phoneNumber']),
    purpose: String(row['purpose']),
    codeDigest: String(row['otpHash']),
    secretVersion: String(row['secretVersion']),
    status: row['status'] as VerificationStatus,
    attempts: Number(row['attempts']),
    maxAttempts: Number(row['maxAttempts']),
    channel: row['channel'] === null ? undefined : String(row['channel']),
    createdAt: toDate(row['createdAt']),
    expiresAt: toDate(row['expiresAt']),
    verifiedAt: row['verifiedAt'] === null ? undefined : toDate(row['verifiedAt']),
  };
}

/** The columns of a verification that begins now. */
export function toNewRow(verification: NewVerification, now: Date): [name: string, value: Value][] {
  return [
    ['accountId', verification.accountId],
    ['verificationId', verification.verificationId],
    ['sessionId', verification.sessionId],
    ['region', verification.region ?? ''],
    ['phoneNumber', verification.phoneNumber],
    ['purpose', verification.purpose],
    ['activeKey', activeKeyOf(verification)],
    ['otpHash', verification.codeDigest],
    ['secretVersion', verification.secretVersion],
    ['status', 'sent'],
    ['expiresAt', verification.expiresAt],
    ['attempts', 0],
    ['maxAttempts', verification.maxAttempts],
    ['companyName', verification.companyName ?? null],
    ['ipAddress', verification.ipAddress ?? null],
    ['userAgent', verification.userAgent?.slice(0, 512) ?? null],
    ['sentBy', verification.sentBy ?? null],
    ['nodeId', verification.nodeId ?? null],
    ['createdAt', now],
    ['updatedAt', now],
  ];
}
