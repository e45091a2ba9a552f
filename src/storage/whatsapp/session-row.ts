import type { SessionState } from '../../domain/whatsapp/session.ts';
import {
  type ContactBlockReason,
  readContactBlockReason,
  readSessionReason,
  type SessionReason,
} from '../../domain/whatsapp/session-reason.ts';
import { optional, type Row, toBoolean, toDate } from '../statement.ts';

/** A session as its row tells it. */
export type StoredSession = {
  readonly sessionId: string;
  readonly accountId: string;
  readonly state: SessionState;
  readonly stateReason: SessionReason | undefined;
  /** A text from outside that belongs to the reason. */
  readonly errorMessage: string | undefined;
  /** Tries in a row that failed. */
  readonly attempt: number;
  readonly nextTryAt: Date | undefined;
  /** Whether it has credentials that WhatsApp accepted once. */
  readonly isLinked: boolean;
  readonly isConnected: boolean;
  /** E.164. */
  readonly userPhone: string | undefined;
  readonly userName: string | undefined;
  readonly connectedAt: Date | undefined;
  readonly disconnectedAt: Date | undefined;
  readonly lastSeen: Date | undefined;
  /** Until then it must not write to anybody for the first time. */
  readonly contactsBlockedUntil: Date | undefined;
  readonly contactsBlockedBy: ContactBlockReason | undefined;
  readonly createdAt: Date;
};

/** The columns that `toSession` reads. */
export const SESSION_COLUMNS = `"sessionId", "accountId", "state", "stateReason", "errorMessage",
  "attempt", "nextTryAt", "isLinked", "isConnected", "userPhone", "userName", "connectedAt", "disconnectedAt", "lastSeen",
  "contactsBlockedUntil", "contactsBlockedBy", "createdAt"`;

/** Reads a row of `sessions` as any driver returns it. */
export function toSession(row: Row): StoredSession {
  const { reason, errorMessage } = readSessionReason(
    optional(row['stateReason'], String),
    optional(row['errorMessage'], String),
  );
  return {
    sessionId: String(row['sessionId']),
    accountId: String(row['accountId']),
    state: row['state'] as SessionState,
    stateReason: reason,
    errorMessage,
    attempt: Number(row['attempt']),
    nextTryAt: optional(row['nextTryAt'], toDate),
    isLinked: toBoolean(row['isLinked']),
    isConnected: toBoolean(row['isConnected']),
    userPhone: optional(row['userPhone'], String),
    userName: optional(row['userName'], String),
    connectedAt: optional(row['connectedAt'], toDate),
    disconnectedAt: optional(row['disconnectedAt'], toDate),
    lastSeen: optional(row['lastSeen'], toDate),
    contactsBlockedUntil: optional(row['contactsBlockedUntil'], toDate),
    contactsBlockedBy: optional(row['contactsBlockedBy'], (by) =>
      readContactBlockReason(String(by)),
    ),
    createdAt: toDate(row['createdAt']),
  };
}
