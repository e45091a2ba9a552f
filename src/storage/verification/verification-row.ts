import { lastDigitsOf, recipientKindOf } from '../../domain/recipient.ts';
import {
  activeKeyOf,
  type Verification,
  type VerificationMethod,
  type VerificationScope,
} from '../../domain/verification/verification.ts';
import type { OTPLog, VerificationRow } from '../models/verification/otp-log.ts';
import type { NewRowOf } from '../table.ts';

export type NewVerification = VerificationScope & {
  readonly verificationId: string;
  readonly sessionId: string;
  /** ISO 3166, if it is known. */
  readonly region: string | undefined;
  readonly codeDigest: string;
  readonly secretVersion: string;
  readonly maxAttempts: number;
  readonly expiresAt: Date;
  readonly companyName: string | undefined;
  readonly ipAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** The credential that requested it, in the format of `formatPrincipal`. */
  readonly sentBy?: string;
  /** The node that sends its message. */
  readonly nodeId?: string | undefined;
  /** What is needed to send its code again, sealed. */
  readonly sealedMessage?: string | undefined;
  /** When to look for events that have not been recorded; undefined if none are. */
  readonly eventsDueAt?: Date | undefined;
  readonly method?: VerificationMethod;
  /** The unique key while it is live; by default, that of its recipient and purpose. */
  readonly activeKey?: string;
};

/** The columns that have a value in a new row. The others are NULL or have their default. */
export const newColumns = [
  ...(['accountId', 'verificationId', 'sessionId', 'phoneNumber', 'purpose', 'region'] as const),
  ...(['activeKey', 'otpHash', 'secretVersion', 'status', 'attempts', 'maxAttempts'] as const),
  ...(['companyName', 'ipAddress', 'userAgent', 'sentBy', 'nodeId', 'sealedMessage'] as const),
  ...(['recipientKind', 'eventsDueAt', 'expiresAt', 'createdAt', 'updatedAt', 'method'] as const),
  'lastDigits' as const,
];

export type NewVerificationRow = NewRowOf<typeof OTPLog> & { readonly activeKey: string };

/** The row of a new verification. */
export function toNewRow(created: NewVerification, now: Date): NewVerificationRow {
  const { codeDigest, region = '', userAgent, method = 'code', ...row } = created;
  const { activeKey = activeKeyOf(created) } = created;
  return {
    ...row,
    region,
    recipientKind: recipientKindOf(created.phoneNumber),
    lastDigits: lastDigitsOf(created.phoneNumber),
    activeKey,
    method,
    otpHash: codeDigest,
    status: 'sent',
    attempts: 0,
    userAgent: userAgent?.slice(0, 512),
    createdAt: now,
    updatedAt: now,
  };
}

export function toVerification({ otpHash, ...row }: VerificationRow): Verification {
  return { ...row, codeDigest: otpHash };
}
