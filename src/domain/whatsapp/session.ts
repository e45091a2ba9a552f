import { AppError } from '../errors.ts';
import type { SessionReason } from './session-reason.ts';

/** Where a session stands on its way to WhatsApp. The last five are ends: nothing happens by itself after them. */
export const sessionStates = [
  'unlinked',
  'qr',
  'code',
  'linking',
  'connecting',
  'open',
  'backoff',
  'replaced',
  'logged_out',
  'banned',
  'outdated',
  'failed',
] as const;
export type SessionState = (typeof sessionStates)[number];

/** The four words that the `sessions` table has for it. */
export const sessionStatuses = ['active', 'inactive', 'error', 'connecting'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

const statusOf: Record<SessionState, SessionStatus> = {
  unlinked: 'inactive',
  qr: 'connecting',
  code: 'connecting',
  linking: 'connecting',
  connecting: 'connecting',
  open: 'active',
  backoff: 'connecting',
  replaced: 'error',
  logged_out: 'error',
  banned: 'error',
  outdated: 'error',
  failed: 'error',
};

export function toSessionStatus(state: SessionState): SessionStatus {
  return statusOf[state];
}

/** Whether a person must act before this session can work again. */
export function isEnded(state: SessionState): boolean {
  return statusOf[state] === 'error';
}

/** Whether no phone is linked, so that an attempt to link may begin. */
export function isLinkable(state: SessionState): boolean {
  return state === 'unlinked' || state === 'logged_out';
}

/** The text behind a QR code, which an operator's phone scans, and when WhatsApp stops accepting it. */
export type LinkingQr = { readonly text: string; readonly expiresAt: Date };

/** Everything that a session's keeper tells about it at one moment. */
export type SessionSnapshot = {
  readonly sessionId: string;
  readonly state: SessionState;
  /** Why it came to this state; undefined when there is nothing to say. */
  readonly reason: SessionReason | undefined;
  /** A text from outside that belongs to the reason, for people. */
  readonly errorMessage: string | undefined;
  /** Tries in a row that failed; 0 while all is well. */
  readonly attempt: number;
  /** When the next try is made by itself. */
  readonly nextTryAt: Date | undefined;
  readonly qr: LinkingQr | undefined;
  /** The linked number in E.164. */
  readonly phoneNumber: string | undefined;
  readonly name: string | undefined;
};

/** Name of the lease that one node holds while it keeps a session. */
export function sessionLeaseName(sessionId: string): string {
  return `wa:${sessionId}`;
}

/** Said alike of a session that is nowhere and of one that is another account's. */
export function noSuchSession(): AppError {
  return new AppError('session_not_found', 'There is no session of this name');
}
