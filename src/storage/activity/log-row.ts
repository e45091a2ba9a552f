import type { VerificationStatus } from '../../domain/verification/verification.ts';
import { optional, type Row, toBoolean, toDate } from '../statement.ts';

/** A line of the activity log. */
export type LoggedActivity = {
  readonly id: number;
  readonly accountId: string;
  readonly sessionId: string | undefined;
  readonly action: string;
  readonly messageType: string | undefined;
  readonly phoneNumber: string | undefined;
  readonly messageId: string | undefined;
  readonly verificationId: string | undefined;
  readonly status: string;
  readonly details: string | undefined;
  /** Whether a test key did it. */
  readonly isTest: boolean;
  readonly errorMessage: string | undefined;
  /** JSON. */
  readonly requestData: string | undefined;
  readonly responseData: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly durationMs: number | undefined;
  readonly createdAt: Date;
};

/** A verification as the log tells of it: without its digest. */
export type LoggedVerification = {
  readonly id: number;
  readonly accountId: string;
  readonly verificationId: string;
  readonly phoneNumber: string;
  readonly purpose: string;
  readonly channel: string | undefined;
  readonly sessionId: string;
  readonly region: string | undefined;
  readonly status: VerificationStatus;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly messageId: string | undefined;
  readonly companyName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  readonly createdAt: Date;
  /** When it last changed: when it ended, once it is over. */
  readonly updatedAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly readAt: Date | undefined;
  readonly verifiedAt: Date | undefined;
  readonly expiresAt: Date;
};

export const ACTIVITY_COLUMNS = `"id", "accountId", "sessionId", "action", "messageType", "phoneNumber",
  "messageId", "verificationId", "status", "details", "errorMessage", "requestData", "responseData",
  "ipAddress", "userAgent", "duration", "isTest", "createdAt"`;

export const CHALLENGE_COLUMNS = `"id", "accountId", "verificationId", "phoneNumber", "purpose", "channel",
  "sessionId", "region", "status", "attempts", "maxAttempts", "messageId", "companyName", "ipAddress",
  "userAgent", "createdAt", "updatedAt", "deliveredAt", "readAt", "verifiedAt", "expiresAt"`;

/** Reads a row of `activity_logs` as any driver returns it. */
export function toLoggedActivity(row: Row): LoggedActivity {
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    sessionId: optional(row['sessionId'], String),
    action: String(row['action']),
    messageType: optional(row['messageType'], String),
    phoneNumber: optional(row['phoneNumber'], String),
    messageId: optional(row['messageId'], String),
    verificationId: optional(row['verificationId'], String),
    status: String(row['status']),
    details: optional(row['details'], String),
    isTest: toBoolean(row['isTest']),
    errorMessage: optional(row['errorMessage'], String),
    requestData: optional(row['requestData'], String),
    responseData: optional(row['responseData'], String),
    ipAddress: optional(row['ipAddress'], String),
    userAgent: optional(row['userAgent'], String),
    durationMs: optional(row['duration'], Number),
    createdAt: toDate(row['createdAt']),
  };
}

/** Reads a row of `otp_logs` as any driver returns it. */
export function toLoggedVerification(row: Row): LoggedVerification {
  const region = String(row['region']);
  return {
    id: Number(row['id']),
    accountId: String(row['accountId']),
    verificationId: String(row['verificationId']),
    phoneNumber: String(row['phoneNumber']),
    purpose: String(row['purpose']),
    channel: optional(row['channel'], String),
    sessionId: String(row['sessionId']),
    region: region === '' ? undefined : region,
    status: row['status'] as VerificationStatus,
    attempts: Number(row['attempts']),
    maxAttempts: Number(row['maxAttempts']),
    messageId: optional(row['messageId'], String),
    companyName: optional(row['companyName'], String),
    ipAddress: optional(row['ipAddress'], String),
    userAgent: optional(row['userAgent'], String),
    createdAt: toDate(row['createdAt']),
    updatedAt: toDate(row['updatedAt']),
    deliveredAt: optional(row['deliveredAt'], toDate),
    readAt: optional(row['readAt'], toDate),
    verifiedAt: optional(row['verifiedAt'], toDate),
    expiresAt: toDate(row['expiresAt']),
  };
}
