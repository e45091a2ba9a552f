import { LONGEST_CHANNEL_NAME } from '../../../domain/delivery/channel-name.ts';
import type { RecipientKind } from '../../../domain/recipient.ts';
import type {
  VerificationMethod,
  VerificationScope,
  VerificationStatus,
} from '../../../domain/verification/verification.ts';
import {
  boolean,
  integer,
  nullable,
  serial,
  string,
  text,
  time,
  unique,
  withDefault,
} from '../../columns.ts';
import { placeholders, type Statements } from '../../statement.ts';
import { type NewRowOf, type Selected, table } from '../../table.ts';

/** A verification, from the request to its end. */
export class OTPLog extends table('otp_logs', {
  id: serial,
  accountId: string(36),
  verificationId: unique(string(64)),
  sessionId: string(128),
  // The recipient: a number in E.164, or an email address.
  phoneNumber: string(254),
  purpose: string(32),
  // Unique while the code is live, NULL afterwards.
  activeKey: unique(nullable(string(330))),
  // Empty after the verification has ended.
  otpHash: string(255),
  secretVersion: string(16),
  status: withDefault(string<VerificationStatus>(10), 'sent'),
  channel: nullable(string(LONGEST_CHANNEL_NAME)),
  messageId: nullable(string(128)),
  expiresAt: time,
  verifiedAt: nullable(time),
  attempts: withDefault(integer, 0),
  maxAttempts: withDefault(integer, 3),
  companyName: nullable(string(255)),
  ipAddress: nullable(string(45)),
  userAgent: nullable(string(512)),
  createdAt: time,
  updatedAt: time,
  // ISO 3166; empty if it is not known.
  region: withDefault(string(2), ''),
  deliveredAt: nullable(time),
  readAt: nullable(time),
  // Sets of events: those that happened, and those that were counted.
  seen: withDefault(integer, 1),
  counted: withDefault(integer, 0),
  countDue: nullable(time),
  // The credential that requested it: `bootstrap`, `key:…` or `user:…`.
  sentBy: nullable(string(64)),
  // Whether the message of a failed send may have arrived nevertheless.
  mayHaveArrived: withDefault(boolean, false),
  // The node that sends its message.
  nodeId: nullable(string(16)),
  // What is needed to send its code again, sealed; NULL after the verification has ended.
  sealedMessage: nullable(text),
  recipientKind: withDefault(string<RecipientKind>(10), 'phone'),
  // When to look for events that have not been recorded; NULL if there is nothing to look for.
  eventsDueAt: nullable(time),
  // How the person proves the number: with a code that was sent, or by a message to us.
  method: withDefault(string<VerificationMethod>(10), 'code'),
  // The last four digits of the number, which masked numbers show too; empty for an email address.
  lastDigits: withDefault(string(4), ''),
}) {
  /** Inserts a verification; false if its recipient has a live one for the same purpose. */
  static createOTP(
    row: NewRowOf<typeof OTPLog>,
    statements?: Pick<Statements, 'insert'>,
  ): Promise<boolean> {
    return this.insertRow(row, statements);
  }

  /** Finds the newest code of a scope, live or ended; only of `sessions` if they are given. */
  static async getRecentOTP(
    { accountId, phoneNumber, purpose }: VerificationScope,
    sessions: readonly string[] | undefined,
  ): Promise<VerificationRow | undefined> {
    const ofSessions = sessions ? `AND "sessionId" IN (${placeholders(sessions.length, 4)})` : '';
    const [row] = await this.statements.select(
      `SELECT ${verification.columns} FROM "otp_logs"
       WHERE "accountId" = $1 AND "phoneNumber" = $2 AND "purpose" = $3 AND "method" = 'code' ${ofSessions}
       ORDER BY "id" DESC LIMIT 1`,
      [accountId, phoneNumber, purpose, ...(sessions ?? [])],
    );
    return row && verification.decode(row);
  }
}

/** The columns that are needed to decide about an attempt. */
export const verification = OTPLog.pick(
  ...(['id', 'accountId', 'verificationId', 'sessionId', 'phoneNumber', 'purpose'] as const),
  ...(['otpHash', 'secretVersion', 'status', 'channel', 'attempts', 'maxAttempts'] as const),
  ...(['createdAt', 'expiresAt', 'verifiedAt', 'method'] as const),
);

export type VerificationRow = Selected<typeof verification>;
